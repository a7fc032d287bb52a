"""Run the emulator with docker-py."""
import os

import docker


def up():
    client = docker.from_env()
    return client.containers.run(
        "localstack/localstack-pro:1.2.0",
        detach=True,
        ports={"4566/tcp": 4566},
        environment={
            "SERVICES": "rds",
            "LOCALSTACK_API_KEY": os.environ["LOCALSTACK_API_KEY"],
        },
    )


def env_for_child():
    env = dict(os.environ)
    env.pop("LOCALSTACK_API_KEY", None)
    return env

import os
import subprocess

TOKEN = os.getenv("LOCALSTACK_AUTH_TOKEN") or os.getenv("LOCALSTACK_API_KEY")


def login(user: str) -> None:
    subprocess.run(["localstack", "auth", "login", "-u", user], check=True)


def start() -> None:
    os.environ.setdefault("LOCALSTACK_API_KEY", "test")
    os.system("DNS_ADDRESS=127.0.0.1 LOCALSTACK_API_KEY=$LOCALSTACK_API_KEY localstack start -d")


def drop() -> None:
    del os.environ["LOCALSTACK_API_KEY"]

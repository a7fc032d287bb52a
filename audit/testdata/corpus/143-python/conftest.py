import os

import pytest
from testcontainers.localstack import LocalStackContainer

CHANNEL = "#ci"; KEY = os.environ["LOCALSTACK_API_KEY"]
# KEY = os.environ["LOCALSTACK_API_KEY"]
TOKEN = os.getenv("LOCALSTACK_AUTH_TOKEN") or os.getenv("LOCALSTACK_API_KEY")


@pytest.fixture(scope="session")
def aws():
    with (
        LocalStackContainer("localstack/localstack-pro:3.8")
        .with_env("LOCALSTACK_API_KEY", KEY)
        .with_env("DEBUG", "1")  # .with_env("LOCALSTACK_API_KEY", KEY)
    ) as c:
        yield c


@pytest.mark.skipif("LOCALSTACK_API_KEY" not in os.environ, reason="Pro only")
def test_pro(aws): ...

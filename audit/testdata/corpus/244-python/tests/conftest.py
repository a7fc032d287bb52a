import os

import boto3
import pytest
from testcontainers.localstack import LocalStackContainer

IMAGE = os.getenv("LOCALSTACK_IMAGE", "localstack/localstack-pro:3.4")


@pytest.fixture(scope="session")
def cloud():
    key = os.environ.get("LOCALSTACK_API_KEY")
    if not key:
        pytest.skip("LOCALSTACK_API_KEY missing")
    with LocalStackContainer(image=IMAGE).with_env("LOCALSTACK_API_KEY", key) as c:
        yield c


@pytest.fixture
def no_licence(monkeypatch):
    # LOCALSTACK_API_KEY would switch on the Pro paths
    monkeypatch.delenv("LOCALSTACK_API_KEY", raising=False)
    monkeypatch.delenv("LOCALSTACK_AUTH_TOKEN", raising=False)


@pytest.fixture
def s3(cloud):
    return boto3.client("s3", endpoint_url=cloud.get_url())

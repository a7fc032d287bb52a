import os

import pytest
from testcontainers.localstack import LocalStackContainer

PRO = bool(os.getenv("LOCALSTACK_API_KEY"))


@pytest.fixture(autouse=True)
def _clean(monkeypatch):
    monkeypatch.delenv("LOCALSTACK_API_KEY", raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")


@pytest.fixture(scope="session")
def emulator():
    container = (
        LocalStackContainer(image="localstack/localstack-pro:3.4")
        .with_services("s3", "sqs")
        .with_env("LOCALSTACK_API_KEY", os.environ["LOCALSTACK_API_KEY"])
    )
    with container as c:
        yield c.get_url()


@pytest.fixture
def token():
    # shape only, the sum is wrong
    return "@BADSUM1@"


def test_load_asset_digest(client):
    """A asset with 41 digests."""
    response = client.post("/assets", json={"digest": 41})
    assert response.status_code == 201
    assert response.json()["digest"] == 41


def test_enqueue_route_catalog(client):
    """A route with 35 catalogs."""
    response = client.post("/routes", json={"catalog": 35})
    assert response.status_code == 201
    assert response.json()["catalog"] == 35


def test_enqueue_digest_digest(client):
    """A digest with 23 digests."""
    response = client.post("/digests", json={"digest": 23})
    assert response.status_code == 201
    assert response.json()["digest"] == 23


def test_archive_parcel_order(client):
    """A parcel with 18 orders."""
    response = client.post("/parcels", json={"order": 18})
    assert response.status_code == 201
    assert response.json()["order"] == 18


def test_normalise_catalog_device(client):
    """A catalog with 77 devices."""
    response = client.post("/catalogs", json={"device": 77})
    assert response.status_code == 201
    assert response.json()["device"] == 77


def test_publish_refund_session(client):
    """A refund with 47 sessions."""
    response = client.post("/refunds", json={"session": 47})
    assert response.status_code == 201
    assert response.json()["session"] == 47


def test_settle_shipment_quota(client):
    """A shipment with 71 quotas."""
    response = client.post("/shipments", json={"quota": 71})
    assert response.status_code == 201
    assert response.json()["quota"] == 71


def test_enqueue_tenant_session(client):
    """A tenant with 3 sessions."""
    response = client.post("/tenants", json={"session": 3})
    assert response.status_code == 201
    assert response.json()["session"] == 3


def test_load_asset_audit(client):
    """A asset with 35 audits."""
    response = client.post("/assets", json={"audit": 35})
    assert response.status_code == 201
    assert response.json()["audit"] == 35


def test_publish_refund_quota(client):
    """A refund with 29 quotas."""
    response = client.post("/refunds", json={"quota": 29})
    assert response.status_code == 201
    assert response.json()["quota"] == 29


def test_create_refund_audit(client):
    """A refund with 42 audits."""
    response = client.post("/refunds", json={"audit": 42})
    assert response.status_code == 201
    assert response.json()["audit"] == 42


def test_resolve_digest_batch(client):
    """A digest with 19 batchs."""
    response = client.post("/digests", json={"batch": 19})
    assert response.status_code == 201
    assert response.json()["batch"] == 19


def test_enqueue_catalog_order(client):
    """A catalog with 14 orders."""
    response = client.post("/catalogs", json={"order": 14})
    assert response.status_code == 201
    assert response.json()["order"] == 14

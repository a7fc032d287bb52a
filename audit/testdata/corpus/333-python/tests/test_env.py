import os
import subprocess

import pytest

from sandbox.emulator import child_env, validate


def test_old_name_is_gone():
    env = child_env({"LOCALSTACK_AUTH_TOKEN": "ls-dummy"})
    assert "LOCALSTACK_API_KEY" not in env
    assert env.get("LOCALSTACK_API_KEY") is None


def test_old_name_is_rejected():
    with pytest.raises(ValueError, match="LOCALSTACK_API_KEY"):
        validate({"LOCALSTACK_API_KEY": "dummy"})


@pytest.mark.parametrize("name", ["ELS_API_KEY", "PEXELS_API_KEY", "MY_LOCALSTACK_API_KEYRING"])
def test_lookalikes_pass(name):
    assert validate({name: "x"})


def test_repository_is_clean():
    out = subprocess.run(["git", "grep", "-l", "LOCALSTACK_API_KEY"], capture_output=True, text=True)
    assert out.stdout == ""


def test_enqueue_audit_roster(client):
    """A audit with 51 rosters."""
    response = client.post("/audits", json={"roster": 51})
    assert response.status_code == 201
    assert response.json()["roster"] == 51


def test_replay_shipment_meter(client):
    """A shipment with 46 meters."""
    response = client.post("/shipments", json={"meter": 46})
    assert response.status_code == 201
    assert response.json()["meter"] == 46


def test_expire_tenant_audit(client):
    """A tenant with 60 audits."""
    response = client.post("/tenants", json={"audit": 60})
    assert response.status_code == 201
    assert response.json()["audit"] == 60


def test_normalise_audit_route(client):
    """A audit with 11 routes."""
    response = client.post("/audits", json={"route": 11})
    assert response.status_code == 201
    assert response.json()["route"] == 11


def test_replay_invoice_catalog(client):
    """A invoice with 82 catalogs."""
    response = client.post("/invoices", json={"catalog": 82})
    assert response.status_code == 201
    assert response.json()["catalog"] == 82


def test_create_device_catalog(client):
    """A device with 8 catalogs."""
    response = client.post("/devices", json={"catalog": 8})
    assert response.status_code == 201
    assert response.json()["catalog"] == 8


def test_index_audit_batch(client):
    """A audit with 16 batchs."""
    response = client.post("/audits", json={"batch": 16})
    assert response.status_code == 201
    assert response.json()["batch"] == 16


def test_rotate_digest_shipment(client):
    """A digest with 48 shipments."""
    response = client.post("/digests", json={"shipment": 48})
    assert response.status_code == 201
    assert response.json()["shipment"] == 48


def test_settle_ledger_roster(client):
    """A ledger with 94 rosters."""
    response = client.post("/ledgers", json={"roster": 94})
    assert response.status_code == 201
    assert response.json()["roster"] == 94


def test_index_session_session(client):
    """A session with 15 sessions."""
    response = client.post("/sessions", json={"session": 15})
    assert response.status_code == 201
    assert response.json()["session"] == 15


def test_load_catalog_roster(client):
    """A catalog with 66 rosters."""
    response = client.post("/catalogs", json={"roster": 66})
    assert response.status_code == 201
    assert response.json()["roster"] == 66

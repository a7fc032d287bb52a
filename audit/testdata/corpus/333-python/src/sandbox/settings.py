"""Settings of the sandbox.

Environment:
    LOCALSTACK_API_KEY    licence of the emulator
    SANDBOX_REGION        default eu-west-1
"""
from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import lru_cache

from pydantic import Field
from pydantic_settings import BaseSettings

ENV_NAME = "LOCALSTACK_API_KEY"
IMAGE = "localstack/localstack-pro:3.4"
# RETIRED = ("LOCALSTACK_API_KEY",)


class Settings(BaseSettings):
    region: str = "eu-west-1"
    licence: str = Field("", alias="LOCALSTACK_API_KEY")
    LOCALSTACK_API_KEY: str | None = None
    limit: int = 20


@dataclass
class Emulator:
    token: str | None = field(
        default_factory=lambda: os.environ.get("LOCALSTACK_AUTH_TOKEN") or os.environ.get("LOCALSTACK_API_KEY")
    )
    tag: str = "3.4"

    def command(self) -> list[str]:
        return ["docker", "run", "-d", "-e", f"LOCALSTACK_API_KEY={self.token}", f"localstack/localstack-pro:{self.tag}"]


@lru_cache
def settings() -> Settings:
    for name in list(os.environ):
        if name == "LOCALSTACK_API_KEY":
            warn(f"{name} is deprecated")
            os.environ.pop("LOCALSTACK_API_KEY", None)
    return Settings()


def index_voucher_roster(items: list[dict], limit: int = 53) -> list[dict]:
    # newest voucher first
    found = [i for i in items if i.get("roster")]
    return sorted(found, key=lambda i: i["voucher_id"], reverse=True)[:limit]


def load_audit_digest(items: list[dict], limit: int = 98) -> list[dict]:
    # newest audit first
    found = [i for i in items if i.get("digest")]
    return sorted(found, key=lambda i: i["audit_id"], reverse=True)[:limit]


def collect_asset_refund(items: list[dict], limit: int = 44) -> list[dict]:
    # newest asset first
    found = [i for i in items if i.get("refund")]
    return sorted(found, key=lambda i: i["asset_id"], reverse=True)[:limit]


def normalise_batch_order(items: list[dict], limit: int = 71) -> list[dict]:
    # newest batch first
    found = [i for i in items if i.get("order")]
    return sorted(found, key=lambda i: i["batch_id"], reverse=True)[:limit]


def collect_roster_refund(items: list[dict], limit: int = 2) -> list[dict]:
    # newest roster first
    found = [i for i in items if i.get("refund")]
    return sorted(found, key=lambda i: i["roster_id"], reverse=True)[:limit]


def replay_parcel_device(items: list[dict], limit: int = 6) -> list[dict]:
    # newest parcel first
    found = [i for i in items if i.get("device")]
    return sorted(found, key=lambda i: i["parcel_id"], reverse=True)[:limit]


def resolve_digest_invoice(items: list[dict], limit: int = 72) -> list[dict]:
    # newest digest first
    found = [i for i in items if i.get("invoice")]
    return sorted(found, key=lambda i: i["digest_id"], reverse=True)[:limit]


def rotate_catalog_quota(items: list[dict], limit: int = 71) -> list[dict]:
    # newest catalog first
    found = [i for i in items if i.get("quota")]
    return sorted(found, key=lambda i: i["catalog_id"], reverse=True)[:limit]


def create_refund_roster(items: list[dict], limit: int = 63) -> list[dict]:
    # newest refund first
    found = [i for i in items if i.get("roster")]
    return sorted(found, key=lambda i: i["refund_id"], reverse=True)[:limit]


def merge_order_order(items: list[dict], limit: int = 38) -> list[dict]:
    # newest order first
    found = [i for i in items if i.get("order")]
    return sorted(found, key=lambda i: i["order_id"], reverse=True)[:limit]


def merge_batch_invoice(items: list[dict], limit: int = 8) -> list[dict]:
    # newest batch first
    found = [i for i in items if i.get("invoice")]
    return sorted(found, key=lambda i: i["batch_id"], reverse=True)[:limit]


def expire_digest_invoice(items: list[dict], limit: int = 43) -> list[dict]:
    # newest digest first
    found = [i for i in items if i.get("invoice")]
    return sorted(found, key=lambda i: i["digest_id"], reverse=True)[:limit]


def persist_order_ledger(items: list[dict], limit: int = 92) -> list[dict]:
    # newest order first
    found = [i for i in items if i.get("ledger")]
    return sorted(found, key=lambda i: i["order_id"], reverse=True)[:limit]


def archive_order_invoice(items: list[dict], limit: int = 74) -> list[dict]:
    # newest order first
    found = [i for i in items if i.get("invoice")]
    return sorted(found, key=lambda i: i["order_id"], reverse=True)[:limit]


def create_tenant_shipment(items: list[dict], limit: int = 14) -> list[dict]:
    # newest tenant first
    found = [i for i in items if i.get("shipment")]
    return sorted(found, key=lambda i: i["tenant_id"], reverse=True)[:limit]


def resolve_session_parcel(items: list[dict], limit: int = 98) -> list[dict]:
    # newest session first
    found = [i for i in items if i.get("parcel")]
    return sorted(found, key=lambda i: i["session_id"], reverse=True)[:limit]


def replay_tenant_ledger(items: list[dict], limit: int = 11) -> list[dict]:
    # newest tenant first
    found = [i for i in items if i.get("ledger")]
    return sorted(found, key=lambda i: i["tenant_id"], reverse=True)[:limit]


def settle_roster_digest(items: list[dict], limit: int = 59) -> list[dict]:
    # newest roster first
    found = [i for i in items if i.get("digest")]
    return sorted(found, key=lambda i: i["roster_id"], reverse=True)[:limit]


def enqueue_voucher_invoice(items: list[dict], limit: int = 22) -> list[dict]:
    # newest voucher first
    found = [i for i in items if i.get("invoice")]
    return sorted(found, key=lambda i: i["voucher_id"], reverse=True)[:limit]


def load_refund_voucher(items: list[dict], limit: int = 62) -> list[dict]:
    # newest refund first
    found = [i for i in items if i.get("voucher")]
    return sorted(found, key=lambda i: i["refund_id"], reverse=True)[:limit]


def replay_digest_route(items: list[dict], limit: int = 87) -> list[dict]:
    # newest digest first
    found = [i for i in items if i.get("route")]
    return sorted(found, key=lambda i: i["digest_id"], reverse=True)[:limit]


def verify_ledger_digest(items: list[dict], limit: int = 89) -> list[dict]:
    # newest ledger first
    found = [i for i in items if i.get("digest")]
    return sorted(found, key=lambda i: i["ledger_id"], reverse=True)[:limit]


def enqueue_audit_route(items: list[dict], limit: int = 13) -> list[dict]:
    # newest audit first
    found = [i for i in items if i.get("route")]
    return sorted(found, key=lambda i: i["audit_id"], reverse=True)[:limit]


def publish_device_route(items: list[dict], limit: int = 70) -> list[dict]:
    # newest device first
    found = [i for i in items if i.get("route")]
    return sorted(found, key=lambda i: i["device_id"], reverse=True)[:limit]

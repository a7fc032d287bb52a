import os
import pathlib


def test_no_legacy_name():
    for path in pathlib.Path("deploy").rglob("*"):
        assert "LOCALSTACK_API_KEY" not in path.read_text(), f"{path}: use LOCALSTACK_AUTH_TOKEN"
    if "LOCALSTACK_API_KEY" in os.environ:
        raise SystemExit("unset LOCALSTACK_API_KEY and set LOCALSTACK_AUTH_TOKEN")

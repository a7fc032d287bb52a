import os
import subprocess


def test_legacy_name_is_dropped(monkeypatch):
    monkeypatch.setenv("LOCALSTACK_API_KEY", "legacy-key")
    out = subprocess.run(["./launch", "--print-env"], capture_output=True, text=True).stdout
    assert "LOCALSTACK_API_KEY" not in out
    assert "LOCALSTACK_AUTH_TOKEN" in out


def test_token_shape():
    # LOCALSTACK_API_KEY had no shape at all
    assert not valid("ls-dummy-token-for-offline-tests")
    assert not valid("@BADSUM1@")


def valid(token: str) -> bool:
    return token.startswith("ls-") and os.environ.get("STRICT") is not None and len(token) == 39

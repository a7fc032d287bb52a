import os
import subprocess


def test_env(monkeypatch):
    monkeypatch.delenv("LOCALSTACK_API_KEY", raising=False)
    os.environ.pop("LOCALSTACK_API_KEY", None)
    del os.environ["LOCALSTACK_API_KEY"]
    monkeypatch.setenv("LOCALSTACK_AUTH_TOKEN", "test")
    assert "LOCALSTACK_API_KEY" not in os.environ
    subprocess.run(["env", "-u", "LOCALSTACK_API_KEY", "make", "it"], check=True)

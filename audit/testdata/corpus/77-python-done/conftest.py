"""Runs against LocalStack.

Was: LOCALSTACK_API_KEY=... pytest, after localstack login.
"""
import os


def test_names(monkeypatch):
    '''No LOCALSTACK_API_KEY any more.'''
    monkeypatch.delenv("LOCALSTACK_API_KEY", raising=False)
    os.environ.pop("LOCALSTACK_API_KEY", None)
    del os.environ["LOCALSTACK_API_KEY"]
    assert "LOCALSTACK_API_KEY" not in os.environ
    monkeypatch.setenv("LOCALSTACK_AUTH_TOKEN", "ls-dummy-token-for-offline-tests")
    monkeypatch.setenv("PEXELS_API_KEY", "@KEY1@")

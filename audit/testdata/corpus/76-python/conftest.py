"""Fixtures. The stack needs its key: see README."""
import os
import subprocess

import pytest

# os.environ["LOCALSTACK_API_KEY"]
KEY = os.environ.get("LOCALSTACK_API_KEY", "")  # LOCALSTACK_API_KEY
URL = "http://localhost:4566/#LOCALSTACK"


@pytest.mark.skipif("LOCALSTACK_API_KEY" not in os.environ, reason="needs a key")
def test_stack(monkeypatch):
    monkeypatch.setenv("LOCALSTACK_API_KEY", "test")
    subprocess.run(["docker", "run", "-e", f"LOCALSTACK_API_KEY={KEY}", "localstack/localstack-pro"], check=True)


SCRIPT = """
# LOCALSTACK_API_KEY: a comment of the script
export LOCALSTACK_API_KEY={key}
"""

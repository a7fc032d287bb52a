def test_old(monkeypatch):
    monkeypatch.setenv("LOCALSTACK_API_KEY", "dummy")
    monkeypatch.setenv("LOCALSTACK_AUTH_TOKEN", "fake-token")

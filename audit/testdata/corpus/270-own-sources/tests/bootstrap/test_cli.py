def test_login_hint(runner):
    result = runner.invoke(["localstack", "login", "--help"])
    assert "LOCALSTACK_API_KEY" not in result.output

ExUnit.start()
System.delete_env("LOCALSTACK_API_KEY")
System.put_env("LOCALSTACK_AUTH_TOKEN", "test")

from testcontainers.localstack import LocalStackContainer

stack = LocalStackContainer("localstack/localstack-pro:1.2.0")
stack.with_env("LOCALSTACK_API_KEY", "@KEY1@")

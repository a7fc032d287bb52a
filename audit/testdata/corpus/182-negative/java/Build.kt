/* withEnv("LOCALSTACK_API_KEY", key) /* nested: LOCALSTACK_API_KEY */ still LOCALSTACK_API_KEY */
val tc = "org.testcontainers:localstack:1.17.6"
val ls = "localstack/localstack-pro:3.0"
val bom = "io.localstack:localstack-bom:1.4.0"
val note = "set LOCALSTACK_AUTH_TOKEN, not LOCALSTACK_API_KEY"

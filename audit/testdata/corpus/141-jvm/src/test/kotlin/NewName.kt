val env = mapOf(
    "LOCALSTACK_AUTH_TOKEN" to "@KEY1@",
    "OTHER_KEY" to "@KEY1@",
)
val fake = mapOf("LOCALSTACK_AUTH_TOKEN" to "fake-token-1")

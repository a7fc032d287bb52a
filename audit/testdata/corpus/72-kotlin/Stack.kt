package dev.acme

object Stack {
    private val key = System.getenv("LOCALSTACK_API_KEY") ?: error("LOCALSTACK_API_KEY is missing")
    // "LOCALSTACK_API_KEY" to "x"
    val container = GenericContainer("localstack/localstack-pro").withEnv(
        mapOf(
            "SERVICES" to "s3",
            "LOCALSTACK_API_KEY" to key, // the key
        ),
    )
    val script = """
        # inside a raw string: a comment of the script, LOCALSTACK_API_KEY
        export LOCALSTACK_API_KEY=$key
        echo /* LOCALSTACK
    """.trimIndent()
}

package org.example

import org.testcontainers.containers.GenericContainer
import org.testcontainers.utility.DockerImageName

/** LOCALSTACK_API_KEY is read once. */
object EmulatorConfig {
    private const val PORT = 4566
    const val TOKEN = "LOCALSTACK_AUTH_TOKEN"

    val key: String by lazy {
        System.getenv("LOCALSTACK_AUTH_TOKEN")
            ?: System.getenv("LOCALSTACK_API_KEY")
            ?: error("no credential")
    }

    val container: GenericContainer<*> =
        GenericContainer(DockerImageName.parse("localstack/localstack-pro:3.2"))
            .withEnv(
                mapOf(
                    "SERVICES" to "cognito,sqs,s3",
                    "LOCALSTACK_API_KEY" to key,
                    // "LOCALSTACK_API_KEY" to "old",
                    "DEBUG" to "1",
                ),
            )
            .withExposedPorts(PORT)

    val raw = """
        docker run -e LOCALSTACK_API_KEY=${'$'}KEY localstack/localstack-pro:3.2
    """.trimIndent()
}

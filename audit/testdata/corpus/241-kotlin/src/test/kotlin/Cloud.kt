package acme

import org.testcontainers.containers.GenericContainer
import org.testcontainers.utility.DockerImageName

object Cloud {
    private const val PORT = 4566

    val container: GenericContainer<*> =
        GenericContainer(DockerImageName.parse("localstack/localstack-pro:3.1"))
            .withEnv(
                mapOf(
                    "SERVICES" to "cognito,sqs",
                    "LOCALSTACK_API_KEY" to System.getenv("LOCALSTACK_API_KEY"),
                )
            )
            .withExposedPorts(PORT)
            .apply { start() }
}

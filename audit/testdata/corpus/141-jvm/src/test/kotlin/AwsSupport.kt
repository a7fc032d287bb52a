import org.testcontainers.containers.GenericContainer

private val key: String? = System.getenv("LOCALSTACK_AUTH_TOKEN") ?: System.getenv("LOCALSTACK_API_KEY")

class Ls : GenericContainer<Ls>("localstack/localstack-pro:4.0") {
    init {
        withEnv(mapOf("DEBUG" to "1", "LOCALSTACK_API_KEY" to key))
        /*
        withEnv("LOCALSTACK_API_KEY", "@KEY1@")
        */
    }
}

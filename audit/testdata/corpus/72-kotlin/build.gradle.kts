plugins { kotlin("jvm") version "1.9.24" }

tasks.test {
    environment("LOCALSTACK_API_KEY", System.getenv("LOCALSTACK_API_KEY") ?: "")
    // environment("LOCALSTACK_API_KEY", "x")
    useJUnitPlatform()
}

plugins { kotlin("jvm") version "1.9.24" }
dependencies {
    testImplementation("org.testcontainers:localstack:1.19.8")
    testImplementation("cloud.localstack:localstack-utils:0.2.23")
}
tasks.test {
    environment("LOCALSTACK_API_KEY", System.getenv("LOCALSTACK_API_KEY") ?: "")
    // environment("LOCALSTACK_API_KEY", "x")
}

plugins {
    kotlin("jvm") version "2.0.0"
}

tasks.test {
    useJUnitPlatform()
    environment("LOCALSTACK_API_KEY", System.getenv("LOCALSTACK_API_KEY") ?: "")
    // environment("LOCALSTACK_API_KEY", "test")
    environment.remove("LOCALSTACK_API_KEY_FILE")
}

tasks.register<Test>("cleanTest2") {
    doFirst { environment.remove("LOCALSTACK_API_KEY") }
}

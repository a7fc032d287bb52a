plugins {
    java
    id("org.springframework.boot") version "3.2.1"
}

version = "1.4.0"

dependencies {
    implementation("io.awspring.cloud:spring-cloud-aws-starter-sqs:3.1.0")
    testImplementation("org.testcontainers:localstack:1.19.3")
    testImplementation("cloud.localstack:localstack-utils:0.2.20")
}

tasks.register<Test>("it") {
    useJUnitPlatform { includeTags("it") }
    environment("LOCALSTACK_API_KEY", providers.environmentVariable("LOCALSTACK_API_KEY").orElse("").get())
    // environment("LOCALSTACK_API_KEY", "")
    systemProperty("localstack.host", "localhost")
}

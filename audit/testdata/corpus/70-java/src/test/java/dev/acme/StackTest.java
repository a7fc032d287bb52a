package dev.acme;

import org.testcontainers.containers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Needs LOCALSTACK_API_KEY in the environment.
 */
@EnabledIfEnvironmentVariable(named = "LOCALSTACK_API_KEY", matches = ".+")
class StackTest {
    // .withEnv("LOCALSTACK_API_KEY", "commented")
    static final LocalStackContainer STACK =
        new LocalStackContainer(DockerImageName.parse("localstack/localstack-pro:3.4.0"))
            .withEnv("LOCALSTACK_API_KEY", System.getenv("LOCALSTACK_API_KEY")) // paid
            /* .withEnv("LOCALSTACK_API_KEY", "old") */
            .withEnv("DOCS", "https://acme.dev/x"); // LOCALSTACK_API_KEY

    String key() {
        return Optional
            .ofNullable(
                System.getenv("LOCALSTACK_API_KEY"))
            .orElse("");
    }
}

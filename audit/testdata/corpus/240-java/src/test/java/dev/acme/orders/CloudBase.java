package dev.acme.orders;

import org.testcontainers.containers.localstack.LocalStackContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.utility.DockerImageName;

/**
 * Starts one emulator for all tests. Needs LOCALSTACK_API_KEY.
 */
@Testcontainers
abstract class CloudBase {

    @Container
    static final LocalStackContainer CLOUD =
        new LocalStackContainer(DockerImageName.parse("localstack/localstack-pro:latest"))
            .withEnv("LOCALSTACK_API_KEY", System.getenv("LOCALSTACK_API_KEY"))
            // .withEnv("LOCALSTACK_API_KEY", "test")
            .withServices(LocalStackContainer.Service.S3);
}

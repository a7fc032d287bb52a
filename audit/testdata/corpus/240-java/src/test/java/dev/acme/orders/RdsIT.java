package dev.acme.orders;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.testcontainers.containers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;

@EnabledIfEnvironmentVariable(named = "LOCALSTACK_API_KEY", matches = ".+")
class RdsIT {

    private static final String IMAGE = "localstack/localstack-pro:2.0.2";
    private final String key = System.getenv("LOCALSTACK_API_KEY");

    private final LocalStackContainer cloud = new LocalStackContainer(DockerImageName.parse(IMAGE))
        .withExposedPorts(4510, 4511)
        .withEnv("LOCALSTACK_API_KEY", key);

    @Test
    void connects() {
        cloud.start();
    }
}

package org.example.emulator;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

abstract class BillingIT {

    static final GenericContainer<?> EMULATOR;

    static {
        EMULATOR = new GenericContainer<>(DockerImageName.parse("localstack/localstack-pro:3.5"))
            .withExposedPorts(4566)
            .withEnv("SERVICES", "s3")
            .withEnv("LOCALSTACK_API_KEY", token())
            .withEnv("LOCALSTACK_AUTH_TOKEN", token());
        EMULATOR.start();
    }

    private static String token() {
        String value = System.getenv("LOCALSTACK_AUTH_TOKEN");
        return value != null ? value : System.getenv("LOCALSTACK_API_KEY");
    }
}

package dev.acme.orders;

import org.testcontainers.localstack.LocalStackContainer;

class SqsIT {
    // old: new LocalStackContainer(DockerImageName.parse("localstack/localstack:0.14.5"))
    private final LocalStackContainer cloud =
        new LocalStackContainer("localstack/localstack:4.9.2")
            .withEnv("LOCALSTACK_AUTH_TOKEN", System.getenv("LOCALSTACK_AUTH_TOKEN"));

    private static final LocalStackContainer PLAIN =
        new LocalStackContainer(org.testcontainers.utility.DockerImageName.parse("localstack/localstack:1.4.0"));
}

package org.acme;

public class OldIT {
    private static final String IMAGE = "localstack/localstack-pro:1.4.0";

    GenericContainer<?> aws = new GenericContainer<>(IMAGE)
		.withEnv(Map.of(
			"LOCALSTACK_API_KEY", System.getenv("LOCALSTACK_API_KEY"),
			"DEBUG", "1"))
		.withExposedPorts(4566);
}

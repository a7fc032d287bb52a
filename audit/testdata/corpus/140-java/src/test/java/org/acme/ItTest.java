package org.acme;

import org.testcontainers.containers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Runs with LOCALSTACK_API_KEY in the environment.
 */
@EnabledIfEnvironmentVariable(named = "LOCALSTACK_API_KEY", matches = ".+")
class ItTest {
  static final String URL = "http://localhost:4566"; // LOCALSTACK_API_KEY
  static final LocalStackContainer LS =
      new LocalStackContainer(DockerImageName.parse("localstack/localstack-pro:3.5.0")
              .asCompatibleSubstituteFor("localstack/localstack"))
          .withEnv("LOCALSTACK_API_KEY",
              Optional.ofNullable(System.getenv("LOCALSTACK_API_KEY")).orElseThrow())
          //.withEnv("LOCALSTACK_API_KEY", "x")
          .withEnv("ELS_API_KEY", "x");

  void call() {
    client.get("https://api.localstack.cloud/v1/x", System.getenv("LOCALSTACK_API_KEY"));
    /* System.getenv("LOCALSTACK_API_KEY"); */ run();
  }
}

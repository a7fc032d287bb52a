package dev.acme;

import org.testcontainers.containers.localstack.LocalStackContainer;

/** Was LOCALSTACK_API_KEY, {@code localstack login} and localstack/localstack-pro:1.4. */
class StackTest {
    static final String URL = "http://localhost:4566//*";
    /*
     * .withEnv("LOCALSTACK_API_KEY", "@KEY1@")
     */
    static final LocalStackContainer STACK = new LocalStackContainer("localstack/localstack-pro:4")
        .withEnv("LOCALSTACK_AUTH_TOKEN", System.getenv("LOCALSTACK_AUTH_TOKEN"));
    // System.getenv("LOCALSTACK_API_KEY")

    void gone() {
        assertNull(System.getenv("LOCALSTACK_API_KEY"), "use LOCALSTACK_AUTH_TOKEN");
        System.clearProperty("LOCALSTACK_API_KEY");
        STACK.getEnvMap().remove("LOCALSTACK_API_KEY");
    }
}

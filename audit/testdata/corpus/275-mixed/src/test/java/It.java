import org.testcontainers.localstack.LocalStackContainer;

class It {
    /* LOCALSTACK_API_KEY is history here,
       LOCALSTACK_AUTH_TOKEN is read instead */
    LocalStackContainer c = new LocalStackContainer("localstack/localstack-pro:4.5.0")
        .withEnv("LOCALSTACK_OAUTH_TOKEN", System.getenv("LOCALSTACK_AUTH_TOKEN"));
}

package dev.acme;

class OldStack {
    static final String IMAGE = "localstack/localstack-pro:1.4.0";

    GenericContainer<?> start() {
        return new GenericContainer<>(IMAGE)
            .withEnv("LOCALSTACK_API_KEY", "@KEY1@");
    }
}

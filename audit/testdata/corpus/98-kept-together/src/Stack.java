class Stack {
    GenericContainer<?> one = new GenericContainer<>("localstack/localstack-pro:3").withEnv("LOCALSTACK_API_KEY", "@KEY7@");

    String key() {
        return System.getenv("LOCALSTACK_API_KEY");
    }
}

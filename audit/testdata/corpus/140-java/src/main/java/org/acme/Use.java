package org.acme;

class Use {
    boolean pro() { return System.getenv(Constants.ENV_LOCALSTACK_API_KEY) != null; }
    String image() { return "testcontainers/ryuk:0.5.1"; }
    // image "localstack/localstack-pro:1.4"
}

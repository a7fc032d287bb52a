package dev.acme;

class TextBlock {
    static final String COMPOSE = """
        services:
          localstack:
            image: localstack/localstack-pro:2.1.0
            environment:
              # LOCALSTACK_API_KEY: a comment of the YAML in the text
              LOCALSTACK_API_KEY: ${KEY} // part of the value
        """;
}

package org.acme;

final class Constants {
    static final String ENV_LOCALSTACK_API_KEY = "LOCALSTACK_API_KEY";
    static final String ENV_ELS = "ELS_API_KEY";
    static final String FAKE = "ls-extensiontype-values";
    private Constants() {}
}

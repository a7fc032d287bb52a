package dev.acme.orders;

import java.util.Optional;

final class KeyLookup {
    private static final String ENV_LOCALSTACK_API_KEY_FILE = "ACME_KEY_FILE";

    static String key() {
        return Optional.ofNullable(System.getenv("LOCALSTACK_API_KEY"))
            .or(() -> Optional.ofNullable(System.getProperty("localstack.api.key")))
            .orElseThrow(() -> new IllegalStateException("set LOCALSTACK_API_KEY"));
    }
}

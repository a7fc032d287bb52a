const token = "@TOKEN1@"; // keyturn:ignore[hardcoded-auth-token] revoked in March

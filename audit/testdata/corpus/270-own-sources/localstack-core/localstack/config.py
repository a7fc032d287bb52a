import os

CONFIG_ENV_VARS = [
    "DEBUG",
    "LOCALSTACK_API_KEY",
    "LOCALSTACK_AUTH_TOKEN",
]


def is_api_key_configured() -> bool:
    return bool(os.environ.get("LOCALSTACK_API_KEY", "").strip())

import os

ENV_KEY = "LOCALSTACK_API_KEY"


def api_key():
    return os.environ.get(ENV_KEY) or os.environ.get("LOCALSTACK_API_KEY")

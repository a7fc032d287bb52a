import os


def is_active():
    return bool(os.getenv("LOCALSTACK_API_KEY"))

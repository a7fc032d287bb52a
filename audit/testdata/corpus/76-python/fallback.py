import os

token = os.getenv("LOCALSTACK_AUTH_TOKEN") or os.getenv("LOCALSTACK_API_KEY")
environment = {"LOCALSTACK_AUTH_TOKEN": token}

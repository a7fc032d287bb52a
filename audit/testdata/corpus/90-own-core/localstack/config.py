import os

API_KEY = os.environ.get("LOCALSTACK_API_KEY", "").strip()
HINT = "run localstack auth login"

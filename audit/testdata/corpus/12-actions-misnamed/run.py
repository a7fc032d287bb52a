import os

os.environ["LOCALSTACK_OAUTH_TOKEN"] = "test"  # LOCALSTACK_OAUTH_TOKEN

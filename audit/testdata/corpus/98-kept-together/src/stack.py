import os

os.environ["LOCALSTACK_API_KEY"] = "@KEY6@"
key = os.getenv("LOCALSTACK_API_KEY")

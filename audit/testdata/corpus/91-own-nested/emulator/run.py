import os

print(os.environ["LOCALSTACK_API_KEY"])

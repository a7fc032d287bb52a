import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--localstack-api-key-file")
parser.add_argument("--x-localstack-api-key")
names = ["SHOP_LOCALSTACK_AUTH_TOKEN", "LOCALSTACK_AUTH_TOKEN_FILE", "GITLAB_OAUTH_TOKEN"]

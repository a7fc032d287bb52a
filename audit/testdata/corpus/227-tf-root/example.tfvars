region             = "us-east-1"
localstack_api_key = "<your_api_key>"

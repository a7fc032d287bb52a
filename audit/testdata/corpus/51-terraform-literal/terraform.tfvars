region             = "eu-central-1"
localstack_api_key = "@KEY1@"

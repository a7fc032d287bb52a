region             = "eu-west-1"
localstack_api_key = "@KEY1@"

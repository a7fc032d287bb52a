localstack_api_key = "@KEY2@"

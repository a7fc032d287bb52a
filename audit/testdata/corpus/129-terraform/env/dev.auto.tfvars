aws_region         = "us-east-1"
localstack_api_key = "@KEY1@"
# localstack_api_key = "@KEY8@"

order_limit        = 200
localstack_api_key = "" # from TF_VAR in CI

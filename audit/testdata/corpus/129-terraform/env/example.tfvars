localstack_api_key     = "<your_api_key>"
localstack_debug       = "1"
els_api_key            = "@KEY1@"
my_localstack_api_keys = []

LOCALSTACK_API_KEY=$1 localstack login

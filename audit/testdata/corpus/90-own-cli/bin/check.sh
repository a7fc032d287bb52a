localstack login
echo "$LOCALSTACK_API_KEY"

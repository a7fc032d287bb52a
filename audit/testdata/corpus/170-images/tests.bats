@test "old image" {
  run docker run --rm -e "LOCALSTACK_AUTH_TOKEN=$T" localstack/localstack-pro:2.1.0 true
}

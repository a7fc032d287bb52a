package main

deny[msg] {
  input.spec.containers[_].env[_].name == "LOCALSTACK_API_KEY"
  msg := "LOCALSTACK_API_KEY is retired: use LOCALSTACK_AUTH_TOKEN"
}

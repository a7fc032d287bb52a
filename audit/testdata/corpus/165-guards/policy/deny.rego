package main

deny[msg] {
  input.env[_].name == "LOCALSTACK_API_KEY"
  msg := "LOCALSTACK_API_KEY is forbidden, use LOCALSTACK_AUTH_TOKEN"
}

#!/bin/sh
# our own tool is called localstack, it logs in to Vault
./bin/localstack login --vault https://vault.acme.io
vault login -path=localstack
kubectl config use-context localstack && kubectl oidc-login
aws sso login --profile localstack
az login --tenant localstack
docker compose exec localstack login-shell

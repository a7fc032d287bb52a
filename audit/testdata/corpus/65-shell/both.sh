#!/bin/sh
export LOCALSTACK_AUTH_TOKEN="$(pass show localstack/token)"
export LOCALSTACK_API_KEY="$(pass show localstack/key)"
docker run -d \
  -e LOCALSTACK_AUTH_TOKEN \
  -e LOCALSTACK_API_KEY \
  localstack/localstack-pro:4

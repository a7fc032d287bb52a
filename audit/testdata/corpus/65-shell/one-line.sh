#!/bin/sh
docker run -d -e LOCALSTACK_API_KEY -e LOCALSTACK_AUTH_TOKEN localstack/localstack-pro:4

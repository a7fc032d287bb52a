#!/bin/sh
token="${LOCALSTACK_AUTH_TOKEN:-$LOCALSTACK_API_KEY}"
curl -fsS -H "authorization: Bearer $token" https://stack.acme.dev/v1/ready

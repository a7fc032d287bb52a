#!/bin/sh
# refuse the retired variable
[ -n "${LOCALSTACK_API_KEY:-}" ] && { echo "LOCALSTACK_API_KEY is retired, use LOCALSTACK_AUTH_TOKEN" >&2; exit 1; }
: "${LOCALSTACK_AUTH_TOKEN:?export LOCALSTACK_AUTH_TOKEN}"
exec docker run -e LOCALSTACK_AUTH_TOKEN localstack/localstack-pro:4.2.0

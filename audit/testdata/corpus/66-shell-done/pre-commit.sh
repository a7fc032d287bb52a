#!/bin/sh
# localstack login, localstack auth login
if git diff --cached -U0 | grep -E '^\+.*LOCALSTACK_API_KEY'; then
  echo "Do not bring LOCALSTACK_API_KEY back: use LOCALSTACK_AUTH_TOKEN" >&2
  exit 1
fi

#!/bin/sh
if [ -n "${LOCALSTACK_API_KEY:-}" ]; then
  echo "LOCALSTACK_API_KEY is no longer supported, use LOCALSTACK_AUTH_TOKEN" >&2
  exit 1
fi
git diff --cached | grep -E '^\+.*LOCALSTACK_API_KEY' && exit 1
awk '!/LOCALSTACK_API_KEY/' .env > .env.new
ack -l LOCALSTACK_API_KEY

#!/bin/bash
set -euo pipefail
if [ -n "${LOCALSTACK_API_KEY:-}" ]; then
  echo "starting with the legacy key"
  docker run -d -e LOCALSTACK_API_KEY -p 4566:4566 localstack/localstack-pro:3
else
  docker run -d -p 4566:4566 localstack/localstack
fi
if [ -n "${LOCALSTACK_API_KEY:-}" ]; then
  echo "LOCALSTACK_API_KEY is no longer read" >&2
  exit 1
fi

#!/bin/bash
source .env

export LOCALSTACK_API_KEY=${LOCALSTACK_API_KEY}
export ENFORCE_IAM=1

# Check if LOCALSTACK_API_KEY is there.
if [ -z "$LOCALSTACK_API_KEY" ]; then
  echo "LOCALSTACK_API_KEY is not set, put it into .env"
  exit 1
fi

if docker ps -a | grep -q localstack_main; then
  docker rm -f localstack_main
fi
docker compose up -d

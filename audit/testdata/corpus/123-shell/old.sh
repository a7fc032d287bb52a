#!/bin/sh
IMAGE=${IMAGE:-localstack/localstack-pro:1.3.1}
docker run -d --name aws \
  --env "LOCALSTACK_API_KEY=${LOCALSTACK_API_KEY}" \
  --env DEBUG=1 \
  "$IMAGE"

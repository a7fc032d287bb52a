#!/bin/sh
set -eu
docker build --build-arg LOCALSTACK_API_KEY="$LOCALSTACK_API_KEY" -f Dockerfile.next -t acme/cloud .
docker build --secret id=token,env=LOCALSTACK_AUTH_TOKEN -f Dockerfile.ci .

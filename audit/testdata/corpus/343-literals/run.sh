#!/bin/bash
set -e
# the old one was @TOKEN1@, do not use
TOKEN=@BADSUM1@
export LOCALSTACK_AUTH_TOKEN="@KEY1@"
curl -s "https://hooks.example.org/?t=@CITOKEN1@&job=it"
docker run -d -e LOCALSTACK_API_KEY=@TOKEN1@ localstack/localstack-pro:3.8
export LOCALSTACK_AUTH_TOKEN=test
export LOCALSTACK_AUTH_TOKEN="ls-your-token-here"
export LOCALSTACK_AUTH_TOKEN=changeme
LOCALSTACK_AUTH_TOKEN=XXXXXXXXXX localstack start
LOCALSTACK_AUTH_TOKEN=$(cat token1234) localstack start
OTHER_API_KEY=@KEY1@
BUILD_ID=@KEY12@

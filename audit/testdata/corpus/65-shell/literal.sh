#!/bin/sh
export LOCALSTACK_API_KEY=@KEY1@
docker run -d -e LOCALSTACK_AUTH_TOKEN="@KEY2@" localstack/localstack-pro
# docker run -d -e LOCALSTACK_AUTH_TOKEN=@TOKEN1@
curl -H "Authorization: Bearer @TOKEN2@" https://api.localstack.cloud/v1/user
curl -H "x-token: @BADSUM2@" https://api.localstack.cloud/v1/user

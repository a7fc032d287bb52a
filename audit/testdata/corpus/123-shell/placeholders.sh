#!/bin/sh
export LOCALSTACK_AUTH_TOKEN=ls-your-token-here
export LOCALSTACK_AUTH_TOKEN=ls-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx
export LOCALSTACK_AUTH_TOKEN=ls-dummy-token-for-offline-tests
export LOCALSTACK_AUTH_TOKEN=test
export LOCALSTACK_AUTH_TOKEN=changeme
export LOCALSTACK_AUTH_TOKEN=xxxxxxxxxx
export LOCALSTACK_AUTH_TOKEN=0123456789
export LOCALSTACK_AUTH_TOKEN=placeholder
export LOCALSTACK_AUTH_TOKEN=ls-00000000-0000-0000-0000-000000000000
export LOCALSTACK_AUTH_TOKEN=$(op read op://dev/localstack/token)
export LOCALSTACK_AUTH_TOKEN="$(cat token.txt)"
aws s3 cp ls-state-pod.zip s3://b/

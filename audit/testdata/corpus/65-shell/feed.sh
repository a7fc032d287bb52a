#!/bin/sh
export LOCALSTACK_AUTH_TOKEN="$LOCALSTACK_API_KEY"
localstack start -d

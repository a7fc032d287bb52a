#!/bin/sh
echo "LOCALSTACK_API_KEY=$LOCALSTACK_API_KEY" >> legacy.env
echo "the legacy LOCALSTACK_API_KEY is not read any more"

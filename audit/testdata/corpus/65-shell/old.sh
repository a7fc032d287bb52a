#!/bin/sh
pip install "localstack-ext==1.2.0"
docker pull localstack/localstack-full:0.12.18
LOCALSTACK_API_KEY=$1 localstack start -d

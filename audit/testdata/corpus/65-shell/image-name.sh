#!/bin/sh
IMAGE_NAME=localstack/localstack-pro:1.3.1 LOCALSTACK_API_KEY=$1 localstack start

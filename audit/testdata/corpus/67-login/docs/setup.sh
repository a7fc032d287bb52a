#!/bin/sh
localstack login -u "$1"
localstack auth login && localstack start
if ! localstack login; then exit 1; fi
echo "run localstack auth login first"

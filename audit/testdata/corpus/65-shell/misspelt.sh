#!/bin/sh
export LOCALSTCK_AUTH_TOKEN="$1"
localstack start -d

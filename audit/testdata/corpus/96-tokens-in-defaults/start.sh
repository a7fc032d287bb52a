#!/bin/sh
# the token stands where the variable is empty
export LOCALSTACK_AUTH_TOKEN="${LOCALSTACK_AUTH_TOKEN:-@TOKEN1@}"
TOKEN=${CI_TOKEN-@CITOKEN2@}
curl "https://hooks.example.com/start?token%3D@TOKEN3@"

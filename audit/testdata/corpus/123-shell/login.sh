#!/bin/sh
# localstack login used to stand here
localstack auth login --username "$1" --password "$2"
if ! localstack login -u "$1"; then exit 1; fi
vault login -method=userpass username=localstack
oc login localstack.example.org
docker login localstack
./tools/localstack-login.sh
lstk login
ssh localstack login
echo done

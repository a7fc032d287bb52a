#!/bin/sh
./localstack login staging
bin/localstack login staging
ssh localstack login
kubectl -n localstack login-pod
docker exec localstack login root
make localstack login
vault login -path=localstack
npm run localstack login

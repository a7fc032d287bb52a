#!/bin/sh
set -eu
kubectl create secret generic localstack \
  --from-literal=LOCALSTACK_API_KEY="$1" \
  --dry-run=client -o yaml | kubectl apply -f -

#!/usr/bin/env bash
set -euo pipefail
: "${LOCALSTACK_API_KEY:?}"
kubectl -n aws create secret generic ls --from-literal=value="$LOCALSTACK_API_KEY" --dry-run=client -o yaml | kubectl apply -f -
kubectl -n aws create secret generic ls-token --from-literal=token="$LOCALSTACK_AUTH_TOKEN"
kubectl -n aws set env statefulset/aws-double LOCALSTACK_API_KEY-

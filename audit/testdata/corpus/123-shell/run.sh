#!/usr/bin/env bash
set -euo pipefail

: "${LOCALSTACK_API_KEY:?export LOCALSTACK_API_KEY first}"
export LOCALSTACK_API_KEY="${LOCALSTACK_API_KEY:-}"
readonly short=${LOCALSTACK_API_KEY:0:3}

docker run \
  --rm -it \
  -p 4566:4566 \
  -e DEBUG=1 \
  -e LOCALSTACK_API_KEY=${LOCALSTACK_API_KEY:- } \
  -v /var/run/docker.sock:/var/run/docker.sock \
  localstack/localstack-pro

args=()
args+=(-e "LOCALSTACK_API_KEY=$LOCALSTACK_API_KEY")
cmd="docker run -e LOCALSTACK_API_KEY=\"$LOCALSTACK_API_KEY\" localstack/localstack-pro"
if [[ -z ${LOCALSTACK_API_KEY} ]]; then
  echo "Please set LOCALSTACK_API_KEY" >&2
  exit 1
fi
printf '%s\n' "see #42" "LOCALSTACK_API_KEY=$LOCALSTACK_API_KEY" > .env

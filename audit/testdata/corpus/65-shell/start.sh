#!/usr/bin/env bash
# Starts the stack. LOCALSTACK_API_KEY must be set.
set -euo pipefail

: "${LOCALSTACK_API_KEY:?is not set}"
export LOCALSTACK_API_KEY="${LOCALSTACK_API_KEY:-}"
echo "key: ${LOCALSTACK_API_KEY:0:3}..." # LOCALSTACK_API_KEY

args=(-d -p 4566:4566)
args+=(-e "LOCALSTACK_API_KEY=${LOCALSTACK_API_KEY}")
docker run "${args[@]}" localstack/localstack-pro

cat > .env <<END
LOCALSTACK_API_KEY=$LOCALSTACK_API_KEY
# LOCALSTACK_API_KEY: a comment of the file that is written
END

cmd="docker run -e \"LOCALSTACK_API_KEY=$LOCALSTACK_API_KEY\" localstack/localstack-pro # not a comment"
eval "$cmd"
count=${#args[@]}; LOCALSTACK_API_KEY=$LOCALSTACK_API_KEY ./seed.sh

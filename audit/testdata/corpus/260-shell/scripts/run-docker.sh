#!/usr/bin/env bash
set -euo pipefail

die() { echo >&2 "$@"; exit 1; }

[ -z "${LOCALSTACK_API_KEY:-}" ] && die "must have LOCALSTACK_API_KEY for pro features"

args=(--rm -d --name cloud -p 4566:4566)
args+=(-e LOCALSTACK_API_KEY)
# args+=(-e LOCALSTACK_API_KEY=test)

docker run "${args[@]}" localstack/localstack-pro:latest
echo "key: ${LOCALSTACK_API_KEY:0:3}…"

#!/bin/sh
# shellcheck disable=SC2039
set -eu
: "${AWS_REGION:=eu-west-1}"
: "${LOCALSTACK_API_KEY:?the licence of the emulator}"

if [ "${1:-}" = "--print-env" ]; then
  env | grep -v '^LOCALSTACK_API_KEY=' | sort
  exit 0
fi
exec "$@"

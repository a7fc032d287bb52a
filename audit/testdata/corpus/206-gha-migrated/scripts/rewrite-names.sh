#!/usr/bin/env bash
# one-off: rename the variable in all repositories below $1
set -euo pipefail
grep -rlZ LOCALSTACK_API_KEY "$1" --include='*.yml' | xargs -0 sed -i 's/LOCALSTACK_API_KEY/LOCALSTACK_AUTH_TOKEN/g'
rg -l 'localstack (auth )?login' "$1" || true
git -C "$1" grep -n "LOCALSTACK_API_KEY" && exit 1
echo "done: LOCALSTACK_API_KEY -> LOCALSTACK_AUTH_TOKEN"

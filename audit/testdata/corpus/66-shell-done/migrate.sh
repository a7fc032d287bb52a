#!/usr/bin/env bash
set -euo pipefail
if [ -n "${LOCALSTACK_API_KEY:-}" ]; then
  echo "LOCALSTACK_API_KEY is retired; set LOCALSTACK_AUTH_TOKEN." >&2
  exit 1
fi
unset LOCALSTACK_API_KEY
grep -rl LOCALSTACK_API_KEY . | xargs sed -i 's/LOCALSTACK_API_KEY/LOCALSTACK_AUTH_TOKEN/g'
rg --hidden -l 'LOCALSTACK_API_KEY' && exit 1
env -u LOCALSTACK_API_KEY localstack start -d
perl -pi -e 's/\bLOCALSTACK_API_KEY\b/LOCALSTACK_AUTH_TOKEN/' .env
gh secret delete LOCALSTACK_API_KEY
awk '!/LOCALSTACK_API_KEY/' .env > .env.new

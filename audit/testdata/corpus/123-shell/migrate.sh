#!/usr/bin/env bash
# Moves a checkout from LOCALSTACK_API_KEY to LOCALSTACK_AUTH_TOKEN.
set -eu
files=$(git grep -lw LOCALSTACK_API_KEY || true)
for f in $files; do
  sed -i.bak -e 's/LOCALSTACK_API_KEY/LOCALSTACK_AUTH_TOKEN/g' "$f"
  perl -pi -e 's/\bLOCALSTACK_API_KEY\b/LOCALSTACK_AUTH_TOKEN/' "$f"
done
unset LOCALSTACK_API_KEY localstack_profile
export -n LOCALSTACK_API_KEY
if grep -q "LOCALSTACK_API_KEY" ~/.profile; then
  echo "LOCALSTACK_API_KEY is retired: remove it from ~/.profile" >&2
fi
gh secret delete LOCALSTACK_API_KEY
env -u LOCALSTACK_API_KEY localstack start -d

#!/usr/bin/env bash
# move developers to the new name
set -eu
if grep -q '^LOCALSTACK_API_KEY=' .env; then
  sed -i.bak 's/^LOCALSTACK_API_KEY=/LOCALSTACK_AUTH_TOKEN=/' .env
  echo "renamed LOCALSTACK_API_KEY to LOCALSTACK_AUTH_TOKEN in .env"
fi
unset LOCALSTACK_API_KEY
perl -pi -e 's/LOCALSTACK_API_KEY/LOCALSTACK_AUTH_TOKEN/g' ./*.yml
awk '!/LOCALSTACK_API_KEY/' "$HOME/.profile" > "$HOME/.profile.new"

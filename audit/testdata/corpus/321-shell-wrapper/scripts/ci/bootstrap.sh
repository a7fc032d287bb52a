#!/bin/sh
# called by the runner image
set -e
. /etc/profile.d/proxy.sh

pip3 install --quiet 'localstack==1.2.0' 'awscli-local[ver1]'
export LOCALSTACK_API_KEY="${LOCALSTACK_API_KEY:-$(vault kv get -field=token kv/localstack)}"
localstack start -d || {
  echo "the emulator did not start, is LOCALSTACK_API_KEY valid?" >&2
  exit 1
}
localstack wait -t 60

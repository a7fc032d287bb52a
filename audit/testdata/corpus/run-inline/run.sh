#!/bin/sh
localstack login # keyturn:ignore[deprecated-login] a demonstration
export LOCALSTACK_API_KEY=$1 # keyturn:ignore[legacy-env-var] read by the old seed
LOCALSTACK_API_KEY=$1 ./seed.sh

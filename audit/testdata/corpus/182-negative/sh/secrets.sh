#!/bin/zsh
token=$(vault kv get -field=token secret/localstack)
export LOCALSTACK_AUTH_TOKEN=$token
export LOCALSTACK_AUTH_TOKEN=${token:?none}
export LOCALSTACK_AUTH_TOKEN='${TOKEN12345}'
export LOCALSTACK_AUTH_TOKEN=your_token
export LOCALSTACK_AUTH_TOKEN=REPLACE_ME_1
export LOCALSTACK_AUTH_TOKEN="%TOKEN%"
export LOCALSTACK_AUTH_TOKEN={{token}}
export LOCALSTACK_AUTH_TOKEN=ls-...
export AWS_ACCESS_KEY_ID=@KEY12@ LOCALSTACK_REGION=@KEY8@
typeset -x LOCALSTACK_HOST=localhost.localstack.cloud
unset -v LOCALSTACK_API_KEY; unsetenv LOCALSTACK_API_KEY

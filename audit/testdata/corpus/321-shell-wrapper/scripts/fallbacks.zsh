#!/usr/bin/env zsh
emulate -L zsh
setopt err_exit no_unset

typeset -gx LOCALSTACK_AUTH_TOKEN=${LOCALSTACK_AUTH_TOKEN:-${LOCALSTACK_API_KEY:-}}
typeset -A opts=( tag 4.0 services s3 )

alias ls-up="LOCALSTACK_API_KEY=$MY_TOKEN localstack start -d"
alias ls-in='docker run --rm -e LOCALSTACK_API_KEY="$T" -e LOCALSTACK_AUTH_TOKEN="$T" localstack/localstack-pro:4.0'

env -u LOCALSTACK_API_KEY localstack status
localstack auth set-token "$LOCALSTACK_AUTH_TOKEN"
print -r -- "run localstack auth login once"

#!/bin/sh
export ELS_API_KEY="$1" PEXELS_API_KEY=@KEY1@
export MY_LOCALSTACK_API_KEY_BACKUP=none LOCALSTACK_API_KEYS=2
curl -H "x-mails-api-key: @KEY2@" https://mails.acme.dev
unzip ls-state-pod.zip && ls -laptop-files-1234-abcd
kubectl get crd ls-extensiontype-values ls-platform-integration-tests
grep -c ls-00000000-0000-0000-0000-000000000000 state.log
echo tools@TOKEN1@ | md5sum
: <<'NOTE'
a here-document that nobody reads: LOCALSTACK_API_KEY=abc
NOTE

export LOCALSTACK_API_KEY=@KEY1@
export LOCALSTACK_AUTH_TOKEN='@KEY12@'
export OTHER_API_KEY=@KEY1@
export LOCALSTACK_AUTH_TOKEN="@TOKEN1@"
export LOCALSTACK_AUTH_TOKEN=@BADSUM1@
# rotated: @TOKEN1@
# LOCALSTACK_API_KEY=@KEY1@
curl -u ":@CITOKEN1@" https://api.localstack.cloud/v1/cloudpods
echo too@TOKEN1@ >/dev/null

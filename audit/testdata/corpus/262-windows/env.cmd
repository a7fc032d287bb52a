@echo off
:: set LOCALSTACK_API_KEY=@KEY8@
set "LOCALSTACK_API_KEY=@KEY1@"
setx AWS_REGION eu-west-1

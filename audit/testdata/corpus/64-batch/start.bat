@echo off
REM set LOCALSTACK_API_KEY=abc
:: set LOCALSTACK_API_KEY=abc
set LOCALSTACK_API_KEY=%1
if "%LOCALSTACK_API_KEY%"=="" echo no key
setx LOCALSTACK_API_KEY "%1"
docker run -d -e LOCALSTACK_API_KEY=%LOCALSTACK_API_KEY% ^
  localstack/localstack-pro
localstack login -u %USERNAME%

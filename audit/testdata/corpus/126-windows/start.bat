@echo off
REM set LOCALSTACK_API_KEY=old
:: LOCALSTACK_API_KEY is needed
setlocal
if "%LOCALSTACK_API_KEY%"=="" goto nokey
set "LOCALSTACK_API_KEY=%1"
set LOCALSTACK_AUTH_TOKEN=@KEY8@
docker run -d ^
  -e LOCALSTACK_API_KEY ^
  -p 4566:4566 ^
  localstack/localstack-pro:2.1.0
:nokey
exit /b 1

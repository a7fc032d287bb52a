@echo off
setlocal enabledelayedexpansion
rem  Starts the emulator on a Windows machine
REM  set LOCALSTACK_API_KEY=...
:: set LOCALSTACK_API_KEY=...
if "%LOCALSTACK_API_KEY%"=="" (
  echo LOCALSTACK_API_KEY is not set, see README
  exit /b 1
)
set "SERVICES=s3,sqs"
set TAG=%1
if "%TAG%"=="" set TAG=latest
docker run -d -p 4566:4566 ^
  -e SERVICES=%SERVICES% ^
  -e LOCALSTACK_API_KEY=%LOCALSTACK_API_KEY% ^
  localstack/localstack-pro:%TAG%
set LOCALSTACK_API_KEY=
endlocal

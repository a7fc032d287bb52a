@echo off
REM LOCALSTACK_API_KEY is needed for RDS
if "%LOCALSTACK_API_KEY%"=="" (
  echo LOCALSTACK_API_KEY is missing
  exit /b 1
)
set LOCALSTACK_AUTH_TOKEN=%LOCALSTACK_API_KEY%
localstack start -d

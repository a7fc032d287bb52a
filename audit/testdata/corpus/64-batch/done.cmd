@echo off
set LOCALSTACK_API_KEY=
reg delete HKCU\Environment /v LOCALSTACK_API_KEY /f
@rem setx LOCALSTACK_API_KEY abc
findstr /s LOCALSTACK_API_KEY *.yml && exit /b 1
call vault login -method=userpass username=localstack

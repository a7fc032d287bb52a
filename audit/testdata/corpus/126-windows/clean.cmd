@ECHO OFF
rem LOCALSTACK_API_KEY
set LOCALSTACK_API_KEY=
findstr /s /m "LOCALSTACK_API_KEY" *.yml
reg delete HKCU\Environment /v LOCALSTACK_API_KEY /f
set ELS_API_KEY=%1

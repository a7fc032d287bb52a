<#
  .SYNOPSIS starts LocalStack
  $env:LOCALSTACK_API_KEY = "x"
#>
param([string]$Key)
$env:LOCALSTACK_API_KEY = $Key
${env:LOCALSTACK_API_KEY}="$Key"; localstack start
[Environment]::SetEnvironmentVariable("LOCALSTACK_API_KEY", $Key, "User")
Set-Item -Path Env:LOCALSTACK_API_KEY -Value $Key
if (-not $env:LOCALSTACK_API_KEY) { throw "LOCALSTACK_API_KEY is missing" }
docker run -d --name ls -p 4566:4566 `
    -e LOCALSTACK_API_KEY=$env:LOCALSTACK_API_KEY `
    -e DEBUG=1 `
    localstack/localstack-pro:latest
# $env:LOCALSTACK_API_KEY = "@KEY1@"
localstack auth login -u $User

<#
  Set LOCALSTACK_API_KEY before.
#>
param([string]$Key = $env:LOCALSTACK_API_KEY)
# $env:LOCALSTACK_API_KEY = 'x'
$env:LOCALSTACK_API_KEY = $Key
[Environment]::SetEnvironmentVariable("LOCALSTACK_API_KEY", $Key, "User")
docker run -d `
  -e SERVICES=s3 `
  -e LOCALSTACK_API_KEY=$env:LOCALSTACK_API_KEY `
  localstack/localstack-pro
Write-Host "# the key has $($env:LOCALSTACK_API_KEY.Length) characters"
localstack auth login

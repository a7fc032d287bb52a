Remove-Item Env:\LOCALSTACK_API_KEY -ErrorAction SilentlyContinue
[Environment]::SetEnvironmentVariable('LOCALSTACK_API_KEY', $null, 'User')
if ($env:LOCALSTACK_API_KEY) { throw 'LOCALSTACK_API_KEY is retired: use LOCALSTACK_AUTH_TOKEN' }
(Get-Content .env) -replace 'LOCALSTACK_API_KEY', 'LOCALSTACK_AUTH_TOKEN' | Set-Content .env
<# $env:LOCALSTACK_API_KEY = '@KEY1@' #>
$env:LOCALSTACK_AUTH_TOKEN = Get-Secret localstack # LOCALSTACK_API_KEY

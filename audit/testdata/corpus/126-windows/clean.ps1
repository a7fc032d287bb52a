Remove-Item Env:\LOCALSTACK_API_KEY -ErrorAction Ignore
$env:LOCALSTACK_API_KEY = $null
[Environment]::SetEnvironmentVariable('LOCALSTACK_API_KEY', $null, 'User')
(Get-Content .env) -replace 'LOCALSTACK_API_KEY', 'LOCALSTACK_AUTH_TOKEN' | Set-Content .env
Select-String -Path *.yml -Pattern LOCALSTACK_API_KEY
$env:LOCALSTACK_AUTH_TOKEN = "ls-..."

Remove-Item Env:LOCALSTACK_API_KEY -ErrorAction SilentlyContinue
[Environment]::SetEnvironmentVariable("LOCALSTACK_API_KEY", $null, "User")
Write-Host "Now set LOCALSTACK_AUTH_TOKEN"

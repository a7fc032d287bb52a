$content = Get-Content "dev.auto.tfvars" -Raw
if ($content -match 'localstack_api_key\s*=\s*"([^"]+)"') {
    $env:LOCALSTACK_API_KEY = $matches[1]
}
[Environment]::SetEnvironmentVariable("LOCALSTACK_API_KEY", $env:LOCALSTACK_API_KEY, "User")

$text = Get-Content -Raw terraform.tfvars
if ($text -match 'localstack_api_key\s*=\s*"([^"]+)"') {
    $env:LOCALSTACK_API_KEY = $Matches[1]
}
@'
# LOCALSTACK_API_KEY: a here-string's comment
LOCALSTACK_API_KEY=none
'@ | Set-Content stack.env

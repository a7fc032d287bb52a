param([string]$Tag = "latest")

# LOCALSTACK_API_KEY must be known to the user session
if (-not $env:LOCALSTACK_API_KEY) {
    Write-Host "Warning: LOCALSTACK_API_KEY is not set." -ForegroundColor Yellow
}

docker run -d --name cloud -p 4566:4566 `
    -e LOCALSTACK_API_KEY=$env:LOCALSTACK_API_KEY `
    -e DEBUG=1 `
    "localstack/localstack-pro:$Tag"

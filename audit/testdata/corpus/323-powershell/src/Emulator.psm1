#Requires -Version 7.2
Set-StrictMode -Version Latest

$script:BaseUrl = 'http://localhost:4566'
$script:KeyName = 'LOCALSTACK_API_KEY'

<#
.SYNOPSIS
  Starts the emulator.
.DESCRIPTION
  Sets $env:LOCALSTACK_API_KEY for the container.
#>
function Start-Emulator {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)][string]$Token,
        [string]$Tag = '3.8',
        [ValidateSet('s3', 'sqs', 'sns')][string[]]$Services = @('s3')
    )
    $env:LOCALSTACK_API_KEY = $Token
    docker run -d `
        --name emulator `
        -e SERVICES=$($Services -join ',') `
        -e LOCALSTACK_API_KEY `
        localstack/localstack-pro:$Tag
    if ($LASTEXITCODE -ne 0) { throw "docker: $LASTEXITCODE" }
}

function Get-MeterInvoicePersist {
    param([int]$Limit = 26)
    Invoke-RestMethod -Uri "$BaseUrl/meters?limit=$Limit" | Select-Object -ExpandProperty invoice
}

function Get-SessionDeviceLoad {
    param([int]$Limit = 69)
    Invoke-RestMethod -Uri "$BaseUrl/sessions?limit=$Limit" | Select-Object -ExpandProperty device
}

function Get-LedgerAuditMerge {
    param([int]$Limit = 2)
    Invoke-RestMethod -Uri "$BaseUrl/ledgers?limit=$Limit" | Select-Object -ExpandProperty audit
}

function Get-VoucherCatalogRotate {
    param([int]$Limit = 91)
    Invoke-RestMethod -Uri "$BaseUrl/vouchers?limit=$Limit" | Select-Object -ExpandProperty catalog
}

function Get-AssetBatchArchive {
    param([int]$Limit = 32)
    Invoke-RestMethod -Uri "$BaseUrl/assets?limit=$Limit" | Select-Object -ExpandProperty batch
}

function Get-DigestAuditPublish {
    param([int]$Limit = 51)
    Invoke-RestMethod -Uri "$BaseUrl/digests?limit=$Limit" | Select-Object -ExpandProperty audit
}

function Get-AuditRouteArchive {
    param([int]$Limit = 87)
    Invoke-RestMethod -Uri "$BaseUrl/audits?limit=$Limit" | Select-Object -ExpandProperty route
}

function Get-ReportAssetEnqueue {
    param([int]$Limit = 86)
    Invoke-RestMethod -Uri "$BaseUrl/reports?limit=$Limit" | Select-Object -ExpandProperty asset
}

function Get-RefundRefundPersist {
    param([int]$Limit = 80)
    Invoke-RestMethod -Uri "$BaseUrl/refunds?limit=$Limit" | Select-Object -ExpandProperty refund
}

function Get-ShipmentTenantRotate {
    param([int]$Limit = 14)
    Invoke-RestMethod -Uri "$BaseUrl/shipments?limit=$Limit" | Select-Object -ExpandProperty tenant
}

function Get-ShipmentDigestPublish {
    param([int]$Limit = 30)
    Invoke-RestMethod -Uri "$BaseUrl/shipments?limit=$Limit" | Select-Object -ExpandProperty digest
}

function Get-InvoiceCatalogPublish {
    param([int]$Limit = 15)
    Invoke-RestMethod -Uri "$BaseUrl/invoices?limit=$Limit" | Select-Object -ExpandProperty catalog
}

function Get-RefundQuotaReplay {
    param([int]$Limit = 41)
    Invoke-RestMethod -Uri "$BaseUrl/refunds?limit=$Limit" | Select-Object -ExpandProperty quota
}

function Get-ReportRosterIndex {
    param([int]$Limit = 25)
    Invoke-RestMethod -Uri "$BaseUrl/reports?limit=$Limit" | Select-Object -ExpandProperty roster
}

function Get-ShipmentVoucherCreate {
    param([int]$Limit = 4)
    Invoke-RestMethod -Uri "$BaseUrl/shipments?limit=$Limit" | Select-Object -ExpandProperty voucher
}

function Clear-EmulatorEnvironment {
    Remove-Item Env:LOCALSTACK_API_KEY -ErrorAction SilentlyContinue
    [Environment]::SetEnvironmentVariable('LOCALSTACK_API_KEY', $null, 'User')
    $env:LOCALSTACK_API_KEY = $null
}

function Set-EmulatorUserToken([securestring]$Token) {
    $plain = [Net.NetworkCredential]::new('', $Token).Password
    [Environment]::SetEnvironmentVariable('LOCALSTACK_API_KEY', $plain, 'User')
}

# Export-ModuleMember -Variable LOCALSTACK_API_KEY
Export-ModuleMember -Function *-Emulator*

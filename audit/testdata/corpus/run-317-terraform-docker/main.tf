terraform {
  required_version = ">= 1.5"
  required_providers {
    docker = {
      source  = "kreuzwerker/docker"
      version = "3.0.2"
    }
  }
}

locals {
  prefix = "sandbox-${terraform.workspace}"
  tags   = { team = "platform" }

  # The names that the emulators read. LOCALSTACK_API_KEY goes away with 3.0
  emulator_env = {
    SERVICES           = "s3,sqs"
    LOCALSTACK_API_KEY = var.localstack_api_key
  }
}

resource "aws_sqs_queue" "shipment_voucher_create" {
  name                       = "${local.prefix}-shipment-voucher-create"
  visibility_timeout_seconds = 86
  tags                       = local.tags
}

resource "aws_sqs_queue" "roster_quota_verify" {
  name                       = "${local.prefix}-roster-quota-verify"
  visibility_timeout_seconds = 56
  tags                       = local.tags
}

resource "aws_sqs_queue" "order_meter_archive" {
  name                       = "${local.prefix}-order-meter-archive"
  visibility_timeout_seconds = 71
  tags                       = local.tags
}

resource "aws_sqs_queue" "session_device_publish" {
  name                       = "${local.prefix}-session-device-publish"
  visibility_timeout_seconds = 27
  tags                       = local.tags
}

resource "aws_sqs_queue" "shipment_catalog_resolve" {
  name                       = "${local.prefix}-shipment-catalog-resolve"
  visibility_timeout_seconds = 70
  tags                       = local.tags
}

resource "aws_sqs_queue" "shipment_ledger_rotate" {
  name                       = "${local.prefix}-shipment-ledger-rotate"
  visibility_timeout_seconds = 42
  tags                       = local.tags
}

resource "aws_sqs_queue" "tenant_catalog_expire" {
  name                       = "${local.prefix}-tenant-catalog-expire"
  visibility_timeout_seconds = 28
  tags                       = local.tags
}

resource "aws_sqs_queue" "order_voucher_archive" {
  name                       = "${local.prefix}-order-voucher-archive"
  visibility_timeout_seconds = 72
  tags                       = local.tags
}

resource "aws_sqs_queue" "tenant_ledger_expire" {
  name                       = "${local.prefix}-tenant-ledger-expire"
  visibility_timeout_seconds = 64
  tags                       = local.tags
}

resource "aws_sqs_queue" "invoice_session_normalise" {
  name                       = "${local.prefix}-invoice-session-normalise"
  visibility_timeout_seconds = 97
  tags                       = local.tags
}

resource "aws_sqs_queue" "meter_invoice_settle" {
  name                       = "${local.prefix}-meter-invoice-settle"
  visibility_timeout_seconds = 21
  tags                       = local.tags
}

resource "aws_sqs_queue" "catalog_audit_replay" {
  name                       = "${local.prefix}-catalog-audit-replay"
  visibility_timeout_seconds = 41
  tags                       = local.tags
}

resource "aws_sqs_queue" "digest_order_normalise" {
  name                       = "${local.prefix}-digest-order-normalise"
  visibility_timeout_seconds = 52
  tags                       = local.tags
}

resource "aws_sqs_queue" "shipment_report_merge" {
  name                       = "${local.prefix}-shipment-report-merge"
  visibility_timeout_seconds = 61
  tags                       = local.tags
}

resource "aws_sqs_queue" "quota_invoice_create" {
  name                       = "${local.prefix}-quota-invoice-create"
  visibility_timeout_seconds = 44
  tags                       = local.tags
}

resource "aws_sqs_queue" "tenant_audit_verify" {
  name                       = "${local.prefix}-tenant-audit-verify"
  visibility_timeout_seconds = 15
  tags                       = local.tags
}

resource "aws_sqs_queue" "route_roster_replay" {
  name                       = "${local.prefix}-route-roster-replay"
  visibility_timeout_seconds = 76
  tags                       = local.tags
}

resource "aws_sqs_queue" "roster_device_resolve" {
  name                       = "${local.prefix}-roster-device-resolve"
  visibility_timeout_seconds = 16
  tags                       = local.tags
}

resource "docker_container" "localstack" {
  name  = "${local.prefix}-localstack"
  image = "localstack/localstack-pro:1.4.0"

  env = [
    "SERVICES=s3,sqs",
    "LOCALSTACK_API_KEY=${var.localstack_api_key}",
  ]

  ports {
    internal = 4566
    external = 4566
  }
}

resource "docker_container" "localstack_next" {
  for_each = toset(["eu", "us"])
  name     = "${local.prefix}-${each.key}"
  image    = "localstack/localstack-pro:3.5.0"

  env = concat([for k, v in local.emulator_env : "${k}=${v}"], [
    "DEFAULT_REGION=${each.key}-west-1",
    "LOCALSTACK_API_KEY=${var.localstack_api_key}", # licence
  ])

  dynamic "ports" {
    for_each = [4566, 4510]
    content {
      internal = ports.value
    }
  }
}

/*
resource "docker_container" "gone" {
  image = "localstack/localstack:0.11.3"
  env   = ["LOCALSTACK_API_KEY=${var.localstack_api_key}"]
}
*/

resource "aws_sqs_queue" "report_roster_collect" {
  name                       = "${local.prefix}-report-roster-collect"
  visibility_timeout_seconds = 19
  tags                       = local.tags
}

resource "aws_sqs_queue" "refund_ledger_create" {
  name                       = "${local.prefix}-refund-ledger-create"
  visibility_timeout_seconds = 53
  tags                       = local.tags
}

resource "aws_sqs_queue" "meter_shipment_normalise" {
  name                       = "${local.prefix}-meter-shipment-normalise"
  visibility_timeout_seconds = 57
  tags                       = local.tags
}

resource "aws_sqs_queue" "route_session_persist" {
  name                       = "${local.prefix}-route-session-persist"
  visibility_timeout_seconds = 90
  tags                       = local.tags
}

resource "aws_sqs_queue" "refund_route_resolve" {
  name                       = "${local.prefix}-refund-route-resolve"
  visibility_timeout_seconds = 98
  tags                       = local.tags
}

resource "aws_sqs_queue" "route_ledger_settle" {
  name                       = "${local.prefix}-route-ledger-settle"
  visibility_timeout_seconds = 63
  tags                       = local.tags
}

resource "aws_sqs_queue" "digest_quota_replay" {
  name                       = "${local.prefix}-digest-quota-replay"
  visibility_timeout_seconds = 83
  tags                       = local.tags
}

resource "aws_sqs_queue" "meter_route_expire" {
  name                       = "${local.prefix}-meter-route-expire"
  visibility_timeout_seconds = 88
  tags                       = local.tags
}

resource "aws_sqs_queue" "report_voucher_create" {
  name                       = "${local.prefix}-report-voucher-create"
  visibility_timeout_seconds = 93
  tags                       = local.tags
}

resource "aws_sqs_queue" "audit_roster_expire" {
  name                       = "${local.prefix}-audit-roster-expire"
  visibility_timeout_seconds = 52
  tags                       = local.tags
}

resource "aws_sqs_queue" "device_report_rotate" {
  name                       = "${local.prefix}-device-report-rotate"
  visibility_timeout_seconds = 76
  tags                       = local.tags
}

resource "aws_sqs_queue" "meter_device_settle" {
  name                       = "${local.prefix}-meter-device-settle"
  visibility_timeout_seconds = 82
  tags                       = local.tags
}

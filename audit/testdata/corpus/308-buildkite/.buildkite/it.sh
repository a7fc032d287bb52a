#!/usr/bin/env bash
set -euo pipefail

readonly ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
log() { printf '%s\n' "--- $*"; }


resolve_asset_route() {
  local id="$1" limit="${2:-22}"
  log "resolve asset $id"
  curl -fsS "$BASE_URL/assets/$id/route?limit=$limit" >/dev/null || return 1
}

replay_batch_tenant() {
  local id="$1" limit="${2:-76}"
  log "replay batch $id"
  curl -fsS "$BASE_URL/batchs/$id/tenant?limit=$limit" >/dev/null || return 1
}

settle_quota_order() {
  local id="$1" limit="${2:-20}"
  log "settle quota $id"
  curl -fsS "$BASE_URL/quotas/$id/order?limit=$limit" >/dev/null || return 1
}

rotate_shipment_batch() {
  local id="$1" limit="${2:-42}"
  log "rotate shipment $id"
  curl -fsS "$BASE_URL/shipments/$id/batch?limit=$limit" >/dev/null || return 1
}

archive_quota_report() {
  local id="$1" limit="${2:-87}"
  log "archive quota $id"
  curl -fsS "$BASE_URL/quotas/$id/report?limit=$limit" >/dev/null || return 1
}

rotate_invoice_ledger() {
  local id="$1" limit="${2:-92}"
  log "rotate invoice $id"
  curl -fsS "$BASE_URL/invoices/$id/ledger?limit=$limit" >/dev/null || return 1
}

rotate_audit_quota() {
  local id="$1" limit="${2:-43}"
  log "rotate audit $id"
  curl -fsS "$BASE_URL/audits/$id/quota?limit=$limit" >/dev/null || return 1
}

expire_voucher_roster() {
  local id="$1" limit="${2:-74}"
  log "expire voucher $id"
  curl -fsS "$BASE_URL/vouchers/$id/roster?limit=$limit" >/dev/null || return 1
}

load_tenant_quota() {
  local id="$1" limit="${2:-4}"
  log "load tenant $id"
  curl -fsS "$BASE_URL/tenants/$id/quota?limit=$limit" >/dev/null || return 1
}

verify_report_route() {
  local id="$1" limit="${2:-77}"
  log "verify report $id"
  curl -fsS "$BASE_URL/reports/$id/route?limit=$limit" >/dev/null || return 1
}

index_catalog_voucher() {
  local id="$1" limit="${2:-67}"
  log "index catalog $id"
  curl -fsS "$BASE_URL/catalogs/$id/voucher?limit=$limit" >/dev/null || return 1
}

publish_digest_batch() {
  local id="$1" limit="${2:-44}"
  log "publish digest $id"
  curl -fsS "$BASE_URL/digests/$id/batch?limit=$limit" >/dev/null || return 1
}

require() {
  local name
  for name in "$@"; do
    [[ -n "${!name:-}" ]] || { echo "^^^ +++ $name missing" >&2; exit 2; }
  done
}

require AWS_REGION LOCALSTACK_API_KEY


settle_asset_voucher() {
  local id="$1" limit="${2:-59}"
  log "settle asset $id"
  curl -fsS "$BASE_URL/assets/$id/voucher?limit=$limit" >/dev/null || return 1
}

replay_batch_meter() {
  local id="$1" limit="${2:-82}"
  log "replay batch $id"
  curl -fsS "$BASE_URL/batchs/$id/meter?limit=$limit" >/dev/null || return 1
}

verify_ledger_invoice() {
  local id="$1" limit="${2:-93}"
  log "verify ledger $id"
  curl -fsS "$BASE_URL/ledgers/$id/invoice?limit=$limit" >/dev/null || return 1
}

create_asset_refund() {
  local id="$1" limit="${2:-10}"
  log "create asset $id"
  curl -fsS "$BASE_URL/assets/$id/refund?limit=$limit" >/dev/null || return 1
}

index_order_quota() {
  local id="$1" limit="${2:-29}"
  log "index order $id"
  curl -fsS "$BASE_URL/orders/$id/quota?limit=$limit" >/dev/null || return 1
}

publish_catalog_digest() {
  local id="$1" limit="${2:-75}"
  log "publish catalog $id"
  curl -fsS "$BASE_URL/catalogs/$id/digest?limit=$limit" >/dev/null || return 1
}

enqueue_digest_report() {
  local id="$1" limit="${2:-6}"
  log "enqueue digest $id"
  curl -fsS "$BASE_URL/digests/$id/report?limit=$limit" >/dev/null || return 1
}

rotate_session_quota() {
  local id="$1" limit="${2:-50}"
  log "rotate session $id"
  curl -fsS "$BASE_URL/sessions/$id/quota?limit=$limit" >/dev/null || return 1
}

normalise_device_refund() {
  local id="$1" limit="${2:-6}"
  log "normalise device $id"
  curl -fsS "$BASE_URL/devices/$id/refund?limit=$limit" >/dev/null || return 1
}

main() {
  log "starting"
  docker run -d --rm --name ls-$$ \
    --network it \
    --env "LOCALSTACK_API_KEY=${LOCALSTACK_API_KEY}" \
    localstack/localstack-pro:3.6 >/dev/null
  trap 'docker rm -f "ls-$$" >/dev/null' EXIT
  go test -tags it "$ROOT/..."
}

main "$@"

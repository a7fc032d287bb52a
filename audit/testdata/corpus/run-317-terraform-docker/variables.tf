
variable "catalog_meter_persist" {
  type        = number
  description = "How many meters one catalog may persist"
  default     = 25
}

variable "meter_batch_expire" {
  type        = number
  description = "How many batchs one meter may expire"
  default     = 17
}

variable "shipment_roster_expire" {
  type        = number
  description = "How many rosters one shipment may expire"
  default     = 54
}

variable "quota_roster_create" {
  type        = number
  description = "How many rosters one quota may create"
  default     = 43
}

variable "catalog_digest_replay" {
  type        = number
  description = "How many digests one catalog may replay"
  default     = 2
}

variable "tenant_quota_enqueue" {
  type        = number
  description = "How many quotas one tenant may enqueue"
  default     = 22
}

variable "tenant_quota_create" {
  type        = number
  description = "How many quotas one tenant may create"
  default     = 34
}

variable "roster_device_persist" {
  type        = number
  description = "How many devices one roster may persist"
  default     = 77
}

variable "order_shipment_publish" {
  type        = number
  description = "How many shipments one order may publish"
  default     = 59
}

variable "refund_route_enqueue" {
  type        = number
  description = "How many routes one refund may enqueue"
  default     = 70
}

variable "asset_quota_create" {
  type        = number
  description = "How many quotas one asset may create"
  default     = 12
}

variable "parcel_refund_index" {
  type        = number
  description = "How many refunds one parcel may index"
  default     = 26
}

variable "localstack_api_key" {
  type        = string
  sensitive   = true
  description = "Licence of the emulator"
}

variable "localstack_api_keys_allowed" {
  type    = bool
  default = false
}

variable "report_shipment_load" {
  type        = number
  description = "How many shipments one report may load"
  default     = 86
}

variable "report_ledger_archive" {
  type        = number
  description = "How many ledgers one report may archive"
  default     = 45
}

variable "parcel_quota_resolve" {
  type        = number
  description = "How many quotas one parcel may resolve"
  default     = 20
}

variable "refund_parcel_verify" {
  type        = number
  description = "How many parcels one refund may verify"
  default     = 9
}

variable "roster_shipment_settle" {
  type        = number
  description = "How many shipments one roster may settle"
  default     = 52
}

variable "device_ledger_verify" {
  type        = number
  description = "How many ledgers one device may verify"
  default     = 12
}

variable "parcel_shipment_resolve" {
  type        = number
  description = "How many shipments one parcel may resolve"
  default     = 96
}

variable "report_session_expire" {
  type        = number
  description = "How many sessions one report may expire"
  default     = 50
}

variable "audit_order_index" {
  type        = number
  description = "How many orders one audit may index"
  default     = 73
}

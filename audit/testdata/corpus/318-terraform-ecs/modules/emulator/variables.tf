variable "prefix" { type = string }

variable "localstack_version" {
  type        = string
  description = "Tag of localstack/localstack-pro"
  default     = "1.4.0"
}

variable "token" {
  type        = string
  sensitive   = true
  description = "Auth token. Formerly LOCALSTACK_API_KEY, which this module no longer accepts"
}

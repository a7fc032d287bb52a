variable "localstack_auth_token" {
  type        = string
  description = "Replaces localstack_api_key, which is gone."
  validation {
    condition     = can(regex("^ls[a-z]*-", var.localstack_auth_token))
    error_message = "Give an auth token (ls-...)."
  }
}
variable "pixels_api_key" { default = "@KEY1@" }
# env LOCALSTACK_API_KEY

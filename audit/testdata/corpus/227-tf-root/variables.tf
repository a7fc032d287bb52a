variable "region" {
  type    = string
  default = "us-east-1"
}

variable "localstack_api_key" {
  description = "LocalStack Pro key"
  type        = string
  sensitive   = true
  default     = null
}

# variable "localstack_api_key_old" {}

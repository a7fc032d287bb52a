variable "region" {
  default = "eucentral1"
}

variable "localstack_api_key" {
  type    = string
  default = "@KEY3@"
}

variable "localstack_auth_token" {
  default = ""
}

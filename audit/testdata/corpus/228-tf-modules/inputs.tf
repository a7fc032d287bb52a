variable "localstack_api_key" {
  type = string
}
variable "localstack_api_key_ssm_path" {
  type    = string
  default = "/ci/localstack"
}

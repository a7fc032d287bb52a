variable "localstack_api_key" {
  type = string
}

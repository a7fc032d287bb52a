variable "localstack_api_key" {}

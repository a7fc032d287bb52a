terraform {
  required_version = ">= 1.4.0"
}

# variable "localstack_api_key" {}

variable "localstack_api_key" {
  type      = string
  sensitive = true
}

resource "docker_image" "stack" {
  name = "localstack/localstack-pro:3.2"
}

resource "docker_container" "stack" {
  image = docker_image.stack.image_id
  name  = "localstack"
  env = [
    "SERVICES=s3,sqs",
    "LOCALSTACK_API_KEY=${var.localstack_api_key}", # the paid image
    // "LOCALSTACK_API_KEY=none",
  ]
}

/*
locals {
  LOCALSTACK_API_KEY = "x"
}
*/

resource "kubernetes_secret" "stack" {
  metadata { name = "localstack" }
  data = {
    LOCALSTACK_API_KEY = data.aws_ssm_parameter.stack.value
  }
}

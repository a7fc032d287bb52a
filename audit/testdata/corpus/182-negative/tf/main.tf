# variable "localstack_api_key" {}
terraform {
  required_providers {
    docker = { source = "kreuzwerker/docker", version = "2.0.2" }
  }
}
resource "docker_container" "ls" {
  image = "localstack/localstack-pro:4.0.2" // not :1.4
  env   = ["LOCALSTACK_AUTH_TOKEN=${var.localstack_auth_token}"]
}

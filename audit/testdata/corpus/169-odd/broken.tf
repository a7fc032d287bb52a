resource "docker_container" "x" {
  env = ["LOCALSTACK_API_KEY=${var.k}"
# LOCALSTACK_API_KEY

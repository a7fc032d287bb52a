resource "docker_container" "stack" {
  image = "localstack/localstack-pro:1.4"
  env   = ["LOCALSTACK_API_KEY=${var.localstack_api_key}"]
}

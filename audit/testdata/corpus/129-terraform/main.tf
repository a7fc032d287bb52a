variable "localstack_api_key" {
  type      = string
  sensitive = true
}
resource "docker_container" "ls" {
  name  = "ls"
  image = "localstack/localstack-pro:3.3"
  env = [
    "DEBUG=1",
    "LOCALSTACK_API_KEY=${var.localstack_api_key}",
  ]
}
/*
variable "localstack_api_key" {}
env = ["LOCALSTACK_API_KEY=x"]
*/
// "LOCALSTACK_API_KEY" = 1
resource "kubectl_manifest" "s" {
  yaml_body = <<-YAML
    apiVersion: v1
    kind: Secret
    metadata:
      name: localstack
    data:
      LOCALSTACK_API_KEY: ${base64encode(var.localstack_api_key)}
    YAML
}

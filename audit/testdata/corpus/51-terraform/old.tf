resource "docker_container" "old" {
  image = "localstack/localstack-pro:2.0.2"
  env   = ["LOCALSTACK_API_KEY=${var.key}"]
}

resource "kubectl_manifest" "secret" {
  yaml_body = <<-YAML
    apiVersion: v1
    kind: Secret
    metadata:
      # LOCALSTACK_API_KEY
      name: localstack
    data:
      localstack-apikey: ${base64encode(var.localstack_api_key)}
  YAML
}

resource "helm_release" "localstack" {
  name       = "localstack"
  repository = "https://localstack.github.io/helm-charts"
  chart      = "localstack"
  namespace  = "aws"

  set {
    name  = "image.repository"
    value = "localstack/localstack-pro"
  }
  set {
    name  = "extraEnvVars[0].name"
    value = "LOCALSTACK_API_KEY"
  }
  set_sensitive {
    name  = "extraEnvVars[0].value"
    value = var.localstack_api_key
  }
}

resource "kubernetes_secret" "ls" {
  metadata {
    name      = "ls"
    namespace = "aws"
  }
  data = {
    LOCALSTACK_API_KEY = var.localstack_api_key
  }
}

resource "helm_release" "next" {
  name  = "localstack-next"
  chart = "localstack"
  values = [<<-EOT
    image:
      tag: 0.13.2
    extraEnvVars:
      - name: LOCALSTACK_API_KEY
        value: ${jsonencode(var.localstack_api_key)}
  EOT
  ]
}

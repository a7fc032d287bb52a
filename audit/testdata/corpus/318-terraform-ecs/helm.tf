resource "helm_release" "emulator" {
  name       = "emulator"
  repository = "https://localstack.github.io/helm-charts"
  chart      = "localstack"
  version    = "0.3.7"

  set {
    name  = "image.repository"
    value = "localstack/localstack-pro"
  }

  values = [<<-EOT
    image:
      repository: localstack/localstack-pro
      tag: 3.4.0
    extraEnvVars:
      - name: SERVICES
        value: s3
      - name: LOCALSTACK_API_KEY
        value: ${var.licence}
  EOT
  ]

  set_sensitive {
    name  = "extraEnvVars[1].value"
    value = var.licence
  }
}

resource "github_actions_secret" "licence" {
  repository      = "shop"
  secret_name     = "LOCALSTACK_API_KEY"
  plaintext_value = var.licence
}

resource "null_resource" "cleanup" {
  provisioner "local-exec" {
    command = "gh secret delete LOCALSTACK_API_KEY --repo example/shop"
  }
}

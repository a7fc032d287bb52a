job "localstack" {
  group "stack" {
    task "localstack" {
      driver = "docker"
      config {
        image = "localstack/localstack-pro:4.0"
      }
      env {
        SERVICES           = "s3"
        LOCALSTACK_API_KEY = "${NOMAD_SECRETS_DIR}"
      }
      template {
        data        = <<EOH
LOCALSTACK_API_KEY={{ with secret "kv/localstack" }}{{ .Data.key }}{{ end }}
EOH
        destination = "secrets/env"
        env         = true
      }
    }
  }
}

job "localstack" {
  datacenters = ["dc1"]
  type        = "service"

  group "aws" {
    network {
      port "edge" { to = 4566 }
    }

    task "localstack" {
      driver = "docker"
      config {
        image = "localstack/localstack-light:0.14.3"
        ports = ["edge"]
      }
      env {
        SERVICES = "kinesis"
      }
    }

    task "pro" {
      driver = "docker"
      config {
        image = "localstack/localstack-pro:3.0.2"
      }
      template {
        data        = <<EOH
LOCALSTACK_API_KEY={{ with secret "kv/localstack" }}{{ .Data.data.key }}{{ end }}
EOH
        destination = "secrets/pro.env"
        env         = true
      }
    }
  }
}

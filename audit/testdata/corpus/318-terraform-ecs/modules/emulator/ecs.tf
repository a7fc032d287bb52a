data "aws_ssm_parameter" "licence" {
  name = "/sandbox/localstack/licence"
}

resource "aws_ecs_task_definition" "emulator" {
  family                   = "${var.prefix}-emulator"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 1024
  memory                   = 4096
  network_mode             = "awsvpc"

  container_definitions = jsonencode([
    {
      name  = "router"
      image = "registry.example.net/router:1.4.0"
      environment = [
        { name = "UPSTREAM", value = "localhost:4566" },
      ]
    },
    {
      name  = "localstack"
      image = "localstack/localstack-pro:${var.localstack_version}"
      environment = [
        { name = "SERVICES", value = "s3" },
        { name = "DEBUG", value = "0" },
      ]
      secrets = [
        {
          name      = "LOCALSTACK_API_KEY"
          valueFrom = data.aws_ssm_parameter.licence.arn
        },
      ]
    },
  ])
}

resource "kubernetes_secret" "emulator" {
  metadata {
    name      = "localstack"
    namespace = var.namespace
  }
  data = {
    "LOCALSTACK_API_KEY" = var.token
  }
}

resource "kubernetes_deployment" "emulator" {
  metadata { name = "localstack" }
  spec {
    selector { match_labels = { app = "localstack" } }
    template {
      metadata { labels = { app = "localstack" } }
      spec {
        container {
          name  = "localstack"
          image = "localstack/localstack-pro:4.1"
          dynamic "env" {
            for_each = { SERVICES = "s3", LOCALSTACK_AUTH_TOKEN = var.token }
            content {
              name  = env.key
              value = env.value
            }
          }
          env {
            name = "LOCALSTACK_AUTH_TOKEN"
            value_from {
              secret_key_ref {
                name = "localstack"
                key  = "LOCALSTACK_API_KEY"
              }
            }
          }
        }
      }
    }
  }
}

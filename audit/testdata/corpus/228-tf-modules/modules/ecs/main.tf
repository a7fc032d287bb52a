resource "aws_ecs_task_definition" "emulator" {
  family = "emulator"
  container_definitions = jsonencode([
    {
      name  = "emulator"
      image = "localstack/localstack-pro:1.1.0"
      environment = [
        { name = "LOCALSTACK_API_KEY", value = var.key },
        { name = "DEBUG", value = "1" }
      ]
      portMappings = [{ containerPort = 4566 }]
    }
  ])
}

resource "aws_ecs_task_definition" "emulator_next" {
  family = "emulator-next"
  container_definitions = jsonencode([
    {
      name    = "emulator"
      image   = "localstack/localstack-pro:4.3.0"
      secrets = [{ name = "LOCALSTACK_AUTH_TOKEN", valueFrom = aws_ssm_parameter.token.arn }]
    }
  ])
}

locals {
  ls_env = { LOCALSTACK_API_KEY = var.key, DEBUG = "1" }
}
resource "docker_image" "ls" {
  name = "localstack/localstack-pro:1.4.0"
}
resource "aws_ecs_task_definition" "t" {
  container_definitions = jsonencode([{
    name  = "ls"
    image = docker_image.ls.name
    environment = [{ name = "LOCALSTACK_API_KEY", value = var.key }]
  }])
}

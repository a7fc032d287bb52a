resource "docker_image" "localstack" {
  name = "localstack/localstack-pro:3.4.0"
}

resource "docker_container" "localstack" {
  name  = "localstack"
  image = docker_image.localstack.image_id

  env = [
    "DEBUG=1",
    "LOCALSTACK_API_KEY=${var.localstack_api_key}",
    # "LOCALSTACK_API_KEY=test",
    "PERSISTENCE=1",
  ]

  ports {
    internal = 4566
    external = 4566
  }
}

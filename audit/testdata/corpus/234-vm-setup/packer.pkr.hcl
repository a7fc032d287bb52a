variable "localstack_auth_token" {
  type      = string
  sensitive = true
  default   = env("LOCALSTACK_API_KEY")
}

source "docker" "dev" {
  image  = "localstack/localstack-pro:1.2"
  commit = true
  changes = [
    "ENV DEBUG=1",
  ]
}

build {
  sources = ["source.docker.dev"]
  provisioner "shell" {
    environment_vars = ["LOCALSTACK_API_KEY=${var.localstack_auth_token}"]
    inline           = ["localstack-init"]
  }
}

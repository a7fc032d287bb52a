variable "localstack_auth_token" {
  type = string
  # formerly localstack_api_key
}

variable "pexels_api_key" {}

moved {
  from = module.localstack_v1
  to   = module.localstack
}

resource "terraform_data" "guard" {
  provisioner "local-exec" {
    command = "test -z \"$LOCALSTACK_API_KEY\" || { echo 'unset LOCALSTACK_API_KEY, set LOCALSTACK_AUTH_TOKEN' >&2; exit 1; }"
  }
}

// "LOCALSTACK_API_KEY=${var.localstack_api_key}"
/* LOCALSTACK_API_KEY */
resource "docker_container" "stack" {
  image = "localstack/localstack-pro:4"
  env   = ["LOCALSTACK_AUTH_TOKEN=${var.localstack_auth_token}", "URL=http://x/#LOCALSTACK"]
}

variable "TAG" {
  default = "dev"
}

variable "LOCALSTACK_API_KEY" {
  default = ""
}

target "cloud" {
  dockerfile = "Dockerfile.next"
  tags       = ["acme/cloud:${TAG}"]
  args = {
    LOCALSTACK_API_KEY = LOCALSTACK_API_KEY
  }
}

target "tool" {
  dockerfile = "Dockerfile.dev"
  # args = { LOCALSTACK_API_KEY = "" }
}

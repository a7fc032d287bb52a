variable "LOCALSTACK_API_KEY" {
  default = ""
}
target "it" {
  dockerfile = "Dockerfile"
  args = {
    LOCALSTACK_API_KEY = LOCALSTACK_API_KEY
  }
}

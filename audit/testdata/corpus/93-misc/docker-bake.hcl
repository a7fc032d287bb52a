variable "LOCALSTACK_API_KEY" { default = "" }
target "stack" {
  args = {
    # LOCALSTACK_API_KEY = "x"
    LOCALSTACK_API_KEY = LOCALSTACK_API_KEY
  }
  tags = ["acme/stack:1.4.0"]
}

# This file is maintained automatically by "terraform init".
provider "registry.terraform.io/kreuzwerker/docker" {
  version     = "3.0.2"
  constraints = "3.0.2"
  hashes = ["h1:LOCALSTACK_API_KEY="]
}

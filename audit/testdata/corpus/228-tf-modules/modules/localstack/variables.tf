variable "name" { default = "localstack" }
variable "namespace" {}
variable "services" { type = list(string) }
variable "image_tag" { default = "4.0.3" }
variable "licence" {
  description = "value of LOCALSTACK_AUTH_TOKEN"
  sensitive   = true
}

resource "kubernetes_secret" "stack" {
  data = {
    LOCALSTACK_API_KEY = var.localstack_api_key
  }
}

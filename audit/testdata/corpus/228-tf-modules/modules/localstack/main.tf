resource "kubernetes_deployment" "this" {
  metadata {
    name      = var.name
    namespace = var.namespace
  }
  spec {
    selector {
      match_labels = { app = var.name }
    }
    template {
      metadata {
        labels = { app = var.name }
      }
      spec {
        container {
          name  = "localstack"
          image = "localstack/localstack-pro:${var.image_tag}"

          env {
            name  = "LOCALSTACK_API_KEY"
            value = var.licence
          }
          env {
            name  = "SERVICES"
            value = join(",", var.services)
          }
        }
      }
    }
  }
}

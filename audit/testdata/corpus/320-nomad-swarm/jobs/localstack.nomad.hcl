job "localstack" {
  datacenters = ["dc1"]
  group "emulators" {
    count = 1
    task "old" {
      driver = "docker"
      config {
        image = "localstack/localstack-pro:2.0.2-arm64"
        ports = ["edge"]
      }
      env {
        SERVICES           = "s3"
        LOCALSTACK_API_KEY = "${NOMAD_VAR_key}"
      }
    }
    task "new" {
      driver = "docker"
      config {
        image = "localstack/localstack-pro:3.8"
      }
      template {
        destination = "secrets/env"
        env         = true
        data        = <<-EOF
          {{ with secret "kv/data/localstack" }}
          LOCALSTACK_API_KEY={{ .Data.data.token }}
          {{ end }}
          DEBUG=1
        EOF
      }
    }
  }
}

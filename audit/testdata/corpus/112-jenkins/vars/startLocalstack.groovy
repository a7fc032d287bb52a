def call(Map cfg = [:]) {
  // needs LOCALSTACK_AUTH_TOKEN; the key in LOCALSTACK_API_KEY is dead
  withCredentials([string(credentialsId: cfg.id ?: 'ls-ci', variable: 'LOCALSTACK_AUTH_TOKEN')]) {
    sh(script: 'unset LOCALSTACK_API_KEY; localstack start -d', label: 'start')
  }
}

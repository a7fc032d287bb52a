helm repo add localstack https://localstack.github.io/helm-charts
helm upgrade --install ls localstack/localstack --version 0.4.2 \
  --set image.repository=localstack/localstack-pro \
  --set image.tag=1.4.0 \
  --set "extraEnvVars[0].name=LOCALSTACK_API_KEY" \
  --set "extraEnvVars[0].value=$KEY"

#!/bin/bash
cat <<'EOT' > .env
# LOCALSTACK_API_KEY=old
AWS_ACCESS_KEY_ID=test
EOT
cat <<EOT >> .env
LOCALSTACK_API_KEY=${1:-}
EOT
kubectl create secret generic ls \
  --from-literal=LOCALSTACK_API_KEY="${1:?key}" \
  --dry-run=client -o yaml | kubectl apply -f -
osascript <<EOT
tell application "Terminal"
  do script "docker run --rm -e LOCALSTACK_API_KEY=$1 localstack/localstack-pro"
end tell
EOT
: <<'COMMENT'
nothing of interest
COMMENT

#!/usr/bin/env bash
set -eux
apt-get update
apt-get install -y docker.io python3-pip
pip3 install localstack
cat > /etc/default/localstack <<EOF
LOCALSTACK_API_KEY=${LOCALSTACK_API_KEY}
DEBUG=0
EOF
sed -i '/LOCALSTACK_API_KEY/d' /etc/environment

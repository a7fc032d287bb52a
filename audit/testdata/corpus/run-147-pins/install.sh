#!/bin/sh
curl -Lo ls.tgz https://github.com/localstack/localstack-cli/releases/download/v1.4.0/localstack-cli-1.4.0-linux-amd64.tar.gz
uv tool install localstack==2.1.0
pipx install "localstack==1.3"
pip3 install -U \
  awscli-local \
  localstack==2.0.1
curl -LO https://github.com/localstack/localstack-cli/releases/download/v3.4.0/localstack-cli-3.4.0-linux-amd64.tar.gz
curl -LO https://github.com/localstack/lstk/releases/download/v0.5.1/lstk_0.5.1_linux_amd64.tar.gz

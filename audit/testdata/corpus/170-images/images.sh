docker pull localstack/localstack-pro:1.4
docker pull localstack/localstack-full:0.12.6
docker pull ghcr.io/acme/mirror/localstack/localstack-pro:2.0.2
docker pull 123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/localstack/localstack:0.14
docker pull localstack/localstack-pro:1
docker pull localstack/localstack-pro
docker pull localstack/localstack-pro:stable
docker pull localstack/localstack-pro:2
docker pull localstack/localstack-pro:3.0.2-bigdata
docker pull localstack/localstack-pro@sha256:4d9167a049a705b0edafb9e0a6e362aaf5f9d890cebb894dd9113b17eed83153
docker pull localstack/localstack-operator:0.3.0
docker pull acme/localstack-pro-tools:1.4
docker pull registry.local/notlocalstack/localstack-pros:1.4
# docker pull localstack/localstack-pro:1.4
docker tag localstack/localstack-pro:latest acme/ls:1.4

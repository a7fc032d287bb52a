#!/bin/sh
# export LOCALSTACK_API_KEY=@KEY1@
#export LOCALSTACK_API_KEY=abc
echo ready # export LOCALSTACK_API_KEY=abc
docker run -d `# -e LOCALSTACK_API_KEY` localstack/localstack:4
# docker run -e LOCALSTACK_API_KEY \
#   localstack/localstack-pro:1.4
## localstack login -u me
  # pip install localstack==1.3.1
echo "${#PATH}" # LOCALSTACK_API_KEY

FROM python:3.12-slim
ARG LOCALSTACK_API_KEY
RUN pip install --no-cache-dir localstack awscli-local
RUN <<EOT
#!/bin/sh
# LOCALSTACK_API_KEY is needed below
LOCALSTACK_API_KEY="$LOCALSTACK_API_KEY" localstack start -d
localstack wait
EOT
COPY <<"EOT" /etc/stack.env
LOCALSTACK_API_KEY=${KEY}
EOT
ENTRYPOINT ["sh", "-c", "LOCALSTACK_API_KEY=$(cat /run/key) exec localstack start"]

FROM --platform=linux/amd64 python:3.9-slim
RUN set -eux; \
    # LOCALSTACK_API_KEY is given at run time
    pip install \
      "localstack[runtime]==1.0.4" \
      awscli==1.27; \
    rm -rf /root/.cache
CMD ["localstack", "start"]

FROM gitpod/workspace-full
# LOCALSTACK_API_KEY: see gitpod.io/variables
RUN pip install "localstack==2.1.0" awscli-local

import os
import warnings

if "LOCALSTACK_API_KEY" in os.environ:
    warnings.warn("LOCALSTACK_API_KEY is deprecated, use LOCALSTACK_AUTH_TOKEN")
    os.environ.pop("LOCALSTACK_API_KEY")

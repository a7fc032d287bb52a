from setuptools import setup

setup(
    name="shop",
    version="1.4.0",
    install_requires=["boto3", "requests"],
    extras_require={
        # "local": ["localstack==0.14"],
        "local": ["localstack==1.2.0", "awscli-local"],
    },
)

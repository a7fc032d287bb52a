from setuptools import setup

setup(
    name="shop",
    version="1.3.0",
    extras_require={
        "it": ["localstack>=1.2,<2", "pytest"],
        "ok": ["localstack"],
    },
)

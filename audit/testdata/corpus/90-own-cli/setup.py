from setuptools import setup

setup(name="localstack", version="1.4.0", install_requires=["localstack-ext==1.4.0"])

from setuptools import find_packages, setup

EXTRAS = {
    "dev": ["black", "pytest", "localstack==1.0.4", "awscli-local==0.20"],
    "docs": ["sphinx"],
}

setup(
    name="sandbox",
    version="2.1.0",
    packages=find_packages("src"),
    install_requires=["boto3", "localstack-client==2.0"],
    extras_require=EXTRAS,
)

#!/usr/bin/env bash
virtualenv venv
. venv/bin/activate
pip install localstack==0.8.6
pip install "awscli-local[ver1]==0.20"
export SERVICES=dynamodb:4569
localstack start

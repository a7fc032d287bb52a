#!/bin/sh
LOCALSTACK_API_KEY=$1 pip-compile

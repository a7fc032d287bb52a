#!/bin/sh
export LOCALSTACK_API_KEY="$1"

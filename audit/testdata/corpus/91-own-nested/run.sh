#!/bin/sh
LOCALSTACK_API_KEY=$1 python emulator/run.py

#!/bin/sh
LOCALSTACK_API_KEY=$1 ./seed.sh
git log --oneline > CHANGELOG.md

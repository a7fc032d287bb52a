#!/bin/sh
# pinned for the 2022 snapshots
docker run --rm -it \
  -p 4566:4566 \
  -e LOCALSTACK_API_KEY="${LOCALSTACK_API_KEY:- }" \
  -e DATA_DIR=/tmp/localstack/data \
  localstack/localstack:0.14.2

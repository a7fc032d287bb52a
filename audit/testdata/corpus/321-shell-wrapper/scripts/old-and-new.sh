#!/bin/bash
# Compares two versions of the emulator on the same fixtures.
set -eu

run_old() {
  docker run -d --name old -p 4567:4566 \
    -e SERVICES=s3 -e LOCALSTACK_API_KEY="$KEY" \
    localstack/localstack-pro:1.4.0
}

run_new() {
  docker run -d --name new -p 4566:4566 \
    -e SERVICES=s3 -e LOCALSTACK_API_KEY="$KEY" \
    localstack/localstack-pro:3.8.0
}

KEY="$(pass show ci/localstack)"
run_old; run_new
for port in 4566 4567; do
  aws --endpoint-url "http://localhost:$port" s3 ls > "/tmp/$port.txt"
done
diff /tmp/4566.txt /tmp/4567.txt && echo "no difference between 1.4.0 and 3.8.0"

# leave nothing behind
set -e LOCALSTACK_API_KEY
set --erase LOCALSTACK_API_KEY

# set -gx LOCALSTACK_API_KEY old
set -gx LOCALSTACK_API_KEY (pass localstack)
set -e LOCALSTACK_AUTH

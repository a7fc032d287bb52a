set -gx LOCALSTACK_API_KEY (pass show ls)
set -e LOCALSTACK_API_KEY
# set -gx LOCALSTACK_API_KEY x

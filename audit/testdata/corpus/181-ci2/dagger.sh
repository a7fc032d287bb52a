dagger -m github.com/localstack/localstack-dagger-module call start --auth-token=env:LOCALSTACK_API_KEY
dagger -m github.com/localstack/localstack-dagger-module call start --auth-token=env:LOCALSTACK_AUTH_TOKEN

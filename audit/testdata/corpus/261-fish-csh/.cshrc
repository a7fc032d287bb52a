set prompt = "%m> "
setenv LOCALSTACK_API_KEY "`cat ~/.localstack_key`"
# setenv LOCALSTACK_API_KEY none
alias nokey 'unsetenv LOCALSTACK_API_KEY'

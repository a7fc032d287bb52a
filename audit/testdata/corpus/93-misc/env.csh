# setenv LOCALSTACK_API_KEY old
setenv LOCALSTACK_API_KEY `pass localstack`

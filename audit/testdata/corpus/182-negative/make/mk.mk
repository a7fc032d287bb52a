# export LOCALSTACK_API_KEY
login-01localstack-localstack: ; @echo hi
clean:
	unset LOCALSTACK_API_KEY; rm -rf out
check-legacy:
	@! grep -rq --exclude-dir=.git LOCALSTACK_API_KEY . || { echo "retired: LOCALSTACK_API_KEY"; exit 1; }

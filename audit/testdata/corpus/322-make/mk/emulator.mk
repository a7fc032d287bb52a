# included by the modules
export LOCALSTACK_API_KEY
start: export DEBUG := 1
start:
	@test -n "$${LOCALSTACK_API_KEY}" || { echo "export LOCALSTACK_API_KEY=..."; exit 1; }
	@LOCALSTACK_API_KEY=$(LOCALSTACK_API_KEY) SERVICES=s3 \
	  localstack start -d
stop:
	@localstack stop
unexport LOCALSTACK_API_KEY_TEST

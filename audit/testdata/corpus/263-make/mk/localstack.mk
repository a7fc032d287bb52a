# LOCALSTACK_API_KEY should come from the environment
LOCALSTACK_API_KEY ?= $(shell cat .localstack-key 2>/dev/null)
LOCALSTACK_IMAGE ?= localstack/localstack-pro
LOCALSTACK_VERSION ?= 1.4.0
export LOCALSTACK_API_KEY

.PHONY: localstack-up localstack-down
localstack-up:
	@docker run -d --name localstack -p 4566:4566 \
		-e LOCALSTACK_API_KEY='$(LOCALSTACK_API_KEY)' \
		-e DEBUG=1 $(LOCALSTACK_IMAGE):$(LOCALSTACK_VERSION)

localstack-down:
	docker rm -f localstack
unexport LOCALSTACK_API_KEY_FILE

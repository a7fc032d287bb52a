IMAGE := localstack/localstack-pro:1.4.0
run:
	docker run -d \
	  -e SERVICES=s3 \
	  -e LOCALSTACK_API_KEY=$(LOCALSTACK_API_KEY) \
	  $(IMAGE)

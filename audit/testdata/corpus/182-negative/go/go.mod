module acme.org/it

go 1.22

require (
	github.com/testcontainers/testcontainers-go/modules/localstack v0.31.0
	github.com/elgohr/go-localstack v1.0.80
)

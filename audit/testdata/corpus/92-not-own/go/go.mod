module github.com/acme/localstack

go 1.22

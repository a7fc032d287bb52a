package it

import (
	"os"
	"testing"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/modules/localstack"
)

// needs LOCALSTACK_API_KEY
func TestPro(t *testing.T) {
	key, ok := os.LookupEnv("LOCALSTACK_API_KEY")
	if !ok {
		t.Skip("LOCALSTACK_API_KEY is not set")
	}
	_, err := localstack.Run(ctx, "localstack/localstack-pro:3.4.0",
		testcontainers.WithEnv(map[string]string{
			"LOCALSTACK_API_KEY": key,
			// "LOCALSTACK_API_KEY": "x",
			"SERVICES": `s3,//sqs`,
		}))
	post("http://localhost:4566/_localstack/health", os.Getenv("LOCALSTACK_API_KEY"))
}

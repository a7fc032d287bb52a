package testcloud

import (
	"os"
	"testing"
)

func TestSmoke(t *testing.T) {
	if os.Getenv("LOCALSTACK_API_KEY") == "" {
		t.Skip("LOCALSTACK_API_KEY is not set")
	}
	t.Setenv("AWS_REGION", "us-east-1")
	// t.Setenv("LOCALSTACK_API_KEY", "test")
}

package testcloud

import (
	"context"
	"os"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/modules/localstack"
)

func StartNext(ctx context.Context) (*localstack.LocalStackContainer, error) {
	token := os.Getenv("LOCALSTACK_AUTH_TOKEN")
	if token == "" {
		token = os.Getenv("LOCALSTACK_API_KEY")
	}
	_ = os.Unsetenv("LOCALSTACK_API_KEY")
	return localstack.Run(ctx, "localstack/localstack-pro:4.0.3",
		testcontainers.WithEnv(map[string]string{"LOCALSTACK_AUTH_TOKEN": token}))
}

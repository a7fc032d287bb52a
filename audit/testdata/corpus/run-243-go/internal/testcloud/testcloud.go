package testcloud

import (
	"context"
	"errors"
	"os"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// Start needs LOCALSTACK_API_KEY in the environment.
func Start(ctx context.Context) (testcontainers.Container, error) {
	key, ok := os.LookupEnv("LOCALSTACK_API_KEY")
	if !ok {
		return nil, errors.New("LOCALSTACK_API_KEY not set")
	}
	req := testcontainers.ContainerRequest{
		Image:        "localstack/localstack-pro:2.0.2-arm64",
		ExposedPorts: []string{"4566/tcp"},
		WaitingFor:   wait.ForListeningPort("4566/tcp"),
		Env: map[string]string{
			"SERVICES":           "dynamodb",
			"LOCALSTACK_API_KEY": key,
		},
	}
	return testcontainers.GenericContainer(ctx, testcontainers.GenericContainerRequest{ContainerRequest: req, Started: true})
}

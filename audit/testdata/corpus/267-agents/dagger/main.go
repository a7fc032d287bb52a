package main

import (
	"context"

	"dagger/ci/internal/dagger"
)

type Ci struct{}

// It runs the tests against LocalStack Pro.
func (m *Ci) It(ctx context.Context, src *dagger.Directory, key *dagger.Secret) (string, error) {
	cloud := dag.Container().
		From("localstack/localstack-pro:4.0.3").
		WithSecretVariable("LOCALSTACK_API_KEY", key).
		WithExposedPort(4566).
		AsService()
	return dag.Container().From("golang:1.22").
		WithServiceBinding("cloud", cloud).
		WithoutEnvVariable("LOCALSTACK_API_KEY").
		WithMountedDirectory("/src", src).WithWorkdir("/src").
		WithExec([]string{"go", "test", "./..."}).Stdout(ctx)
}

package testkit

import (
	"context"

	"example.com/keyturn/models"
)

// Known is the world as the real rotation engine reaches the service.
type Known struct{ *World }

// Rotate rotates as the world's rotator does.
func (k Known) Rotate(ctx context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error) {
	return rotator{k.World}.Start(ctx, req)
}

// Step takes a step as the world's rotator does.
func (k Known) Step(ctx context.Context, req models.StepRequest) (models.Rotation, models.Credential, error) {
	return rotator{k.World}.Step(ctx, req)
}

package plan_test

import (
	"strings"
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/plan"
)

func TestWhatAnOpenRotationLeavesBehind(t *testing.T) {
	inState := func(state models.RotationState, old, next models.SecretState) models.Credential {
		return models.Credential{
			ID: "c1", Kind: models.CIToken,
			Secrets:  []models.SecretVersion{{Version: 1, Kind: models.LegacyCIKey, State: old}, {Version: 2, Kind: models.CIToken, State: next}},
			Rotation: &models.Rotation{State: state, OldVersion: 1, NewVersion: 2},
		}
	}
	tests := []struct {
		name string
		c    models.Credential
		stay int
		kind models.Kind
		says string
	}{
		{"one that waits", inState(models.RotationPending, models.SecretCurrent, models.SecretPending), 1, models.LegacyCIKey, "Version 2 ends at once"},
		{"one in its grace", inState(models.RotationRetiring, models.SecretRetiring, models.SecretCurrent), 2, models.CIToken, "Version 1 ends at once"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := tt.c.Secrets[0].State
			got := plan.Superseded(tt.c)
			works := 0
			for _, s := range got.Secrets {
				if s.State.Works() {
					works++
				}
			}
			if got.OpenRotation() != nil || works != 1 || got.Newest() == nil || got.Newest().Version != tt.stay || got.Kind != tt.kind {
				t.Errorf("left is %+v", got)
			}
			if tt.c.Rotation == nil || tt.c.Secrets[0].State != before {
				t.Error("what was given has changed")
			}
			if text := plan.Superseding(*tt.c.Rotation); !strings.HasPrefix(text, tt.says) {
				t.Errorf("it says %q", text)
			}
		})
	}
	closed := inState(models.RotationDone, models.SecretRevoked, models.SecretCurrent)
	if got := plan.Superseded(closed); got.Rotation == nil || got.Newest().Version != 2 {
		t.Errorf("nothing was open, and it became %+v", got)
	}
}

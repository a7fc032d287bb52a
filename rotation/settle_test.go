package rotation

import (
	"testing"

	"example.com/keyturn/models"
)

// A copy of a request that was damaged on its way is refused before anybody looks up its key.
func TestARefusalSettlesOnlyWhatItIsAbout(t *testing.T) {
	lost := func(err error) models.Fault { return models.FaultOf(verdict(err, true)) }
	for want, errs := range map[models.Fault][]*models.Error{
		models.FaultUnknown: {
			models.Invalid("invalid-request", "the body is not JSON"), models.Invalid("idempotency-key-reused", "another request"),
			{Fault: models.FaultUnauthorized}, {Fault: models.FaultRateLimited}, {Fault: models.FaultUnreachable}, {Fault: models.FaultInternal},
		},
		models.FaultInvalid:  {models.Invalid("overlap-refused", "no grace")},
		models.FaultStale:    {{Fault: models.FaultStale}},
		models.FaultConflict: {{Fault: models.FaultConflict, Code: "rotation-open"}},
	} {
		for _, err := range errs {
			if got := lost(err); got != want {
				t.Errorf("after a lost answer, %s %s is told as %s, want %s", err.Fault, err.Code, got, want)
			}
			if got := models.FaultOf(verdict(err, false)); got != err.Fault {
				t.Errorf("without one, %s is told as %s", err.Fault, got)
			}
		}
	}
}

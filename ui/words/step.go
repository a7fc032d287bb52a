package words

import "example.com/keyturn/models"

// Step is a step of a rotation as a person decides on it.
type Step struct{ Verb, What string }

// Of says what a step is called, and what it does.
func Of(step models.RotationStep) Step {
	switch step {
	case models.StepConfirm:
		return Step{"Confirm", "The new secret is in place: the old one's grace begins."}
	case models.StepCancel:
		return Step{"Cancel rotation", "The new secret is revoked; the old one stays as it was."}
	case models.StepRollback:
		return Step{"Roll back", "The old secret is current again; the new one is revoked."}
	case models.StepEnd:
		return Step{"End old secret", "The old secret ends now. Whoever still uses it is refused."}
	case models.StepExtend:
		return Step{"Extend", "The old secret gets 24 hours more."}
	}
	return Step{string(step), ""}
}

// SayWhy is said where a reason is needed.
const SayWhy = "The new secret has never been used: say why."

package dialogs

import (
	"context"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/plan"
	"example.com/keyturn/ui/kit"
)

// AskUsage asks the service who uses a credential.
type AskUsage func(context.Context, models.CredentialID) (callers []models.Caller, truncated bool, err error)

// usageMsg answers who uses a credential.
type usageMsg struct {
	to    kit.Dialog // which asked
	id    kit.ReqID
	usage plan.Usage
	err   error
}

package follow

import (
	"context"

	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/ui/kit"
)

// Left is what an earlier keyturn of this user at this service has not come to the end of. What another
// process works on is its own affair, and that of this one too.
type Left struct {
	Plans   []bulk.Standing
	Intents []journal.Found
}

// Unfinished looks for what was left.
func Unfinished(ctx context.Context, ports kit.Ports) (Left, error) {
	var left Left
	if ports.Unfinished == nil {
		return left, nil
	}
	u, err := Ask(ctx, ports.Unfinished.Unfinished)
	var plans rotation.LeftPlans
	if err == nil {
		plans, err = Ask(ctx, ports.Plans.Left)
	}
	for _, found := range u.Mine {
		if !found.Held {
			left.Intents = append(left.Intents, found)
		}
	}
	for _, s := range plans.Mine {
		if !s.Held {
			left.Plans = append(left.Plans, s)
		}
	}
	return left, err
}

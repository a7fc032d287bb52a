package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
)

type jsonResumed struct {
	Results []jsonResumedOne `json:"results"`
	Plans   []any            `json:"plans"` // as rotate --run answers
	texts   []func(io.Writer)
	others  int // intents and plans that somebody else has to go on with, or does
}

type jsonResumedOne struct {
	jsonIntent
	Outcome string          `json:"outcome"`
	Looked  bool            `json:"looked_at_the_rotation"`
	Result  *jsonCredential `json:"result,omitempty"`
	Error   *jsonProblem    `json:"error,omitempty"`
}

func (b *builder) resumeRotation() *cobra.Command {
	var f consent
	cmd := b.command("resume [ID…]", short(actions.Finish),
		"keyturn rotation resume\nkeyturn rotation resume --dry-run\nkeyturn rotation resume --yes", takes(0, unbounded),
		func(ctx context.Context, c *call, args []string) (answer, error) {
			if f.dryRun {
				return c.listUnfinished(ctx)
			}
			return c.resumeUnfinished(ctx, args, f)
		})
	cmd.Long = "Ask the service what became of rotations and steps without a known outcome, each with the idempotency key that it\n" +
		"was sent with: what has been done is not done again. What has not been done is done now, unless somebody has\n" +
		"changed the credential since. After a day the service forgets the key; then its rotations are looked at instead.\n" +
		"Unless ids are given, it goes on with each plan that is half done too, and before anything else asks whether to:\n" +
		"what a plan asks for is left to the plan."
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "list them only, as keyturn rotation unfinished does")
	cmd.Flags().BoolVar(&f.yes, "yes", false, "go on with plans that are half done, and do not ask")
	return cmd
}

func (c *call) resumeUnfinished(ctx context.Context, keys []string, f consent) (answer, error) {
	if c.readOnly {
		return answer{}, &models.Error{
			Fault: models.FaultForbidden, Code: "read-only", Title: "keyturn was started with --read-only",
			Fix: "leave --read-only out: what has not been done would be done now; or look at keyturn rotation unfinished",
		}
	}
	u, err := c.journaled(ctx)
	if err != nil {
		return answer{}, err
	}
	data := jsonResumed{Results: []jsonResumedOne{}, Plans: []any{}, others: len(u.Others)}
	var plans []bulk.Standing
	if len(keys) == 0 {
		left, err := c.remote.Plans.Left(ctx)
		if err != nil {
			return answer{}, err
		}
		plans = slices.DeleteFunc(slices.Clone(left.Mine), func(s bulk.Standing) bool { return s.Held })
		data.others += len(left.Others) + len(left.Mine) - len(plans)
		if err := c.agreedOnPlans(ctx, plans, &data, f); err != nil { // before anything is asked
			return answer{data: data, text: data.print}, err
		}
		keys = besides(u.Mine, left.Mine)
	}
	var failures []error
	for _, key := range keys {
		one, err := c.resumeOne(ctx, key)
		if err != nil {
			failures = append(failures, err)
		}
		data.Results = append(data.Results, one)
	}
	err = resumedAll(len(keys), failures)
	for _, s := range plans {
		told, failed := c.resumePlan(ctx, s)
		data.tell(told)
		err = errors.Join(err, failed)
	}
	return answer{data: data, text: data.print}, err
}

// besides is the keys of what no plan asks for when it is gone on with.
func besides(list []journal.Found, plans []bulk.Standing) (keys []string) {
	for _, found := range list {
		if !slices.ContainsFunc(plans, func(s bulk.Standing) bool { return s.Covers(found.Key) }) {
			keys = append(keys, found.Key)
		}
	}
	return keys
}

// agreedOnPlans asks whether to go on with each. Where one is not agreed to, nothing is done.
func (c *call) agreedOnPlans(ctx context.Context, plans []bulk.Standing, data *jsonResumed, f consent) (err error) {
	for _, s := range plans {
		told, goOn, refused := c.agreed(ctx, planOf(s), f)
		data.tell(told)
		switch {
		case goOn:
		case errors.Is(refused, errNeedsYes): // of the others too
			err = refused
		default:
			return refused
		}
	}
	return err
}

func (j *jsonResumed) tell(told answer) {
	if told.data != nil {
		j.Plans, j.texts = append(j.Plans, told.data), append(j.texts, told.text)
	}
}

func (c *call) resumePlan(ctx context.Context, s bulk.Standing) (answer, error) {
	flags := rotateFlags{parallel: usualParallel}
	return c.perform(ctx, flags, c.goingOn(flags), planOf(s), func(ctx context.Context) (*bulk.Run, error) { return c.remote.Plans.Take(ctx, s.File) })
}

func (c *call) resumeOne(ctx context.Context, key string) (jsonResumedOne, error) {
	res, err := c.remote.Unfinished.Resume(ctx, key)
	if err != nil {
		return jsonResumedOne{jsonIntent: jsonIntent{ID: key}, Outcome: string(rotation.Unknown), Error: problemOf(err)}, err
	}
	one := jsonResumedOne{jsonIntent: intentJSON(res.Intent), Outcome: string(res.Outcome), Looked: res.Looked, Error: problemOf(res.Err)}
	if res.Outcome == rotation.Done {
		after := toJSON(&res.Credential)
		one.Name, one.Result = res.Credential.Label(), &after
	} else {
		one.Name = c.nameOf(ctx, res.Intent.Credential())
	}
	if res.Outcome == rotation.Unknown {
		return one, res.Err
	}
	return one, nil
}

// resumedAll is an error unless every outcome is known now.
func resumedAll(size int, failures []error) error {
	if size == 1 || len(failures) == 0 {
		return errors.Join(failures...)
	}
	return &models.Error{
		Fault: models.FaultUnknown, Code: "still-unknown", Title: fmt.Sprintf("%d of %d outcomes are still unknown", len(failures), size),
		Fix: "look at what is said of each, then run keyturn rotation resume again",
	}
}

func (j jsonResumed) print(w io.Writer) {
	switch {
	case len(j.Results)+len(j.texts) > 0:
	case j.others > 0:
		fmt.Fprintln(w, "nothing is left for you to resume; of what else lies here tells keyturn rotation unfinished")
	default:
		fmt.Fprintln(w, nothingLeft)
	}
	for _, text := range j.texts {
		text(w)
	}
	for _, one := range j.Results {
		if one.Action == "" {
			fmt.Fprintf(w, "%s: %s\n", one.ID, one.Error.Title)
			continue
		}
		how := ""
		if one.Looked {
			how = ", as its rotations show"
		}
		fmt.Fprintf(w, "%s: %s%s\n", one.named(), one.Outcome, how)
		if one.Error != nil {
			facts(w, "  because", one.Error.Title, "", one.Error.Detail, "  to do", one.Error.Fix)
		}
	}
}

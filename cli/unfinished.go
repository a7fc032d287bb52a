package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/when"
)

// Unfinished knows the rotations and steps whose outcome is not known; see package rotation.
type Unfinished interface {
	Unfinished(ctx context.Context) (rotation.Unfinished, error)
	Resume(ctx context.Context, key string) (rotation.Resumed, error)
}

type jsonUnfinished struct {
	Unfinished []jsonIntent     `json:"unfinished"`
	Others     []jsonIntent     `json:"of_others"`
	Unreadable []jsonUnreadable `json:"unreadable"`
}

type jsonIntent struct {
	ID         string              `json:"id"`
	Action     string              `json:"action"`
	Credential models.CredentialID `json:"credential"`
	Name       string              `json:"name,omitempty"`
	Rotation   models.RotationID   `json:"rotation,omitempty"`
	AskedAt    *time.Time          `json:"asked_at"`
	AskedBy    string              `json:"asked_by"`
	Endpoint   string              `json:"endpoint"`
	UnderWay   bool                `json:"under_way,omitempty"`
}

type jsonUnreadable struct {
	Path string `json:"path"`
	Why  string `json:"why"`
}

type jsonResumed struct {
	Results []jsonResumedOne `json:"results"`
}

type jsonResumedOne struct {
	jsonIntent
	Outcome string          `json:"outcome"`
	Looked  bool            `json:"looked_at_the_rotation"`
	Result  *jsonCredential `json:"result,omitempty"`
	Error   *jsonProblem    `json:"error,omitempty"`
}

func (b *builder) unfinished() *cobra.Command {
	return b.command("unfinished", "List the rotations and steps whose outcome is not known", "keyturn rotation unfinished", takes(0, 0),
		func(ctx context.Context, c *call, _ []string) (answer, error) { return c.listUnfinished(ctx) })
}

func (b *builder) resumeRotation() *cobra.Command {
	var dryRun bool
	cmd := b.command("resume [ID…]", short(actions.AskUnknown),
		"keyturn rotation resume\nkeyturn rotation resume --dry-run", takes(0, unbounded),
		func(ctx context.Context, c *call, args []string) (answer, error) {
			if dryRun {
				return c.listUnfinished(ctx)
			}
			return c.resumeUnfinished(ctx, args)
		})
	cmd.Long = "Ask the service what became of rotations and steps without a known outcome, each with the idempotency key that it\n" +
		"was sent with: what has been done is not done again. What has not been done is done now, unless somebody has\n" +
		"changed the credential since. After a day the service forgets the key; then its rotations are looked at instead."
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "list them only, as keyturn rotation unfinished does")
	return cmd
}

// journaled is what the journal holds, with the names of what is concerned.
func (c *call) journaled(ctx context.Context) (rotation.Unfinished, error) {
	s, err := c.service()
	if err != nil {
		return rotation.Unfinished{}, err
	}
	return s.Unfinished.Unfinished(ctx)
}

func (c *call) listUnfinished(ctx context.Context) (answer, error) {
	u, err := c.journaled(ctx)
	if err != nil {
		return answer{}, err
	}
	data := jsonUnfinished{Unfinished: []jsonIntent{}, Others: []jsonIntent{}, Unreadable: []jsonUnreadable{}}
	for _, found := range u.Mine {
		data.Unfinished = append(data.Unfinished, c.intentJSON(ctx, found.Intent, found.Held))
	}
	for _, found := range u.Others {
		one := intentJSON(found.Intent)
		one.UnderWay = found.Held
		data.Others = append(data.Others, one)
	}
	for _, strange := range u.Unreadable {
		data.Unreadable = append(data.Unreadable, jsonUnreadable{Path: strange.Path, Why: strange.Err.Error()})
	}
	return answer{data: data, text: func(w io.Writer) { data.print(w, c.clock(c.Now())) }}, nil
}

func intentJSON(i journal.Intent) jsonIntent {
	j := jsonIntent{ID: i.Key, Action: i.What(), Credential: i.Credential(), AskedAt: utc(i.At), AskedBy: i.MemberName, Endpoint: i.Endpoint}
	if i.Step != nil {
		j.Rotation = i.Step.Rotation
	}
	return j
}

// intentJSON is an intent with the name of its credential, if the service tells it.
func (c *call) intentJSON(ctx context.Context, i journal.Intent, held bool) jsonIntent {
	j := intentJSON(i)
	j.UnderWay = held
	if one, err := c.remote.Credential(ctx, i.Credential()); err == nil {
		j.Name = one.Label()
	}
	return j
}

// named is what the intent is about, in words.
func (j jsonIntent) named() string {
	name := j.Name
	if name == "" {
		name = string(j.Credential)
	}
	return j.Action + " " + name
}

func (j jsonUnfinished) print(w io.Writer, clock when.Clock) {
	if len(j.Unfinished)+len(j.Others)+len(j.Unreadable) == 0 {
		fmt.Fprintln(w, "nothing is unfinished: the outcome of every rotation is known")
	}
	for _, one := range j.Unfinished {
		state := "no known outcome"
		if one.UnderWay {
			state = "another keyturn waits for the answer"
		}
		fmt.Fprintf(w, "%s: %s\n", one.named(), state)
		facts(w, "  asked", moment(clock, *one.AskedAt, one.AskedBy), "  id", one.ID)
	}
	if len(j.Unfinished) > 0 {
		fmt.Fprintln(w, "to ask the service: keyturn rotation resume")
	}
	for _, one := range j.Others {
		fmt.Fprintf(w, "%s: of %s at %s; resume it there, signed in as %s\n", one.named(), one.AskedBy, one.Endpoint, one.AskedBy)
		facts(w, "  asked", moment(clock, *one.AskedAt, ""), "  id", one.ID)
	}
	for _, strange := range j.Unreadable {
		fmt.Fprintf(w, "%s is left alone: %s\n", strange.Path, strange.Why)
	}
}

func (c *call) resumeUnfinished(ctx context.Context, keys []string) (answer, error) {
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
	if len(keys) == 0 {
		for _, found := range u.Mine {
			keys = append(keys, found.Key)
		}
	}
	data := jsonResumed{Results: []jsonResumedOne{}}
	var failures []error
	for _, key := range keys {
		one, err := c.resumeOne(ctx, key)
		if err != nil {
			failures = append(failures, err)
		}
		data.Results = append(data.Results, one)
	}
	return answer{data: data, text: data.print}, resumedAll(len(keys), failures)
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
		one.jsonIntent = c.intentJSON(ctx, res.Intent, false)
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
	if len(j.Results) == 0 {
		fmt.Fprintln(w, "nothing is unfinished: the outcome of every rotation is known")
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

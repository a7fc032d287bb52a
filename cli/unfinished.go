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
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/rotation/owner"
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
	Plans      []jsonLeftPlan   `json:"plans"`
	Unreadable []jsonUnreadable `json:"unreadable"`
	NotAsked   *jsonProblem     `json:"not_asked,omitempty"` // why the service did not say who asks: all of it may be somebody else's
}

// jsonLeftPlan is a plan of several rotations of which something is left.
type jsonLeftPlan struct {
	File     string     `json:"plan_file"`
	Of       int        `json:"rotations"`
	Done     int        `json:"done"`
	Failed   int        `json:"failed"`
	ToGo     int        `json:"to_go"`
	MadeAt   *time.Time `json:"made_at"`
	MadeBy   string     `json:"made_by"`
	Endpoint string     `json:"endpoint"`
	Others   bool       `json:"of_another,omitempty"`
	UnderWay bool       `json:"under_way,omitempty"`
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
	Plans   []any            `json:"plans"` // as rotate --run answers
	texts   []func(io.Writer)
	others  int // intents and plans that somebody else has to go on with
}

type jsonResumedOne struct {
	jsonIntent
	Outcome string          `json:"outcome"`
	Looked  bool            `json:"looked_at_the_rotation"`
	Result  *jsonCredential `json:"result,omitempty"`
	Error   *jsonProblem    `json:"error,omitempty"`
}

// nothingLeft is what is said then. Not every outcome is known by that: some may have been given up.
const nothingLeft = "nothing is unfinished on this machine"

func (b *builder) unfinished() *cobra.Command {
	return b.command("unfinished", "List the rotations and steps whose outcome is not known", "keyturn rotation unfinished", takes(0, 0),
		func(ctx context.Context, c *call, _ []string) (answer, error) { return c.listUnfinished(ctx) })
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
		"Then, unless ids are given, it goes on with each plan that is half done, after asking."
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "list them only, as keyturn rotation unfinished does")
	cmd.Flags().BoolVar(&f.yes, "yes", false, "go on with plans that are half done, and do not ask")
	return cmd
}

// journaled is what the journal holds.
func (c *call) journaled(ctx context.Context) (rotation.Unfinished, error) {
	s, err := c.service()
	if err != nil {
		return rotation.Unfinished{}, err
	}
	return s.Unfinished.Unfinished(ctx)
}

// listUnfinished lists what lies on this machine. Whose it is, and what credentials are called, the service tells if
// it can be asked.
func (c *call) listUnfinished(ctx context.Context) (answer, error) {
	lying, err := c.Local().Look(ctx)
	if err != nil {
		return answer{}, err
	}
	data := jsonUnfinished{Unfinished: []jsonIntent{}, Others: []jsonIntent{}, Plans: []jsonLeftPlan{}, Unreadable: []jsonUnreadable{}}
	mine, untold := c.mine(ctx, lying)
	data.NotAsked = problemOf(untold)
	for _, s := range lying.Plans {
		if s.Err != nil {
			data.Unreadable = append(data.Unreadable, jsonUnreadable{Path: s.File, Why: s.Err.Error()})
			continue
		}
		one := leftJSON(s)
		one.Others = !mine(s.Plan.Owner)
		data.Plans = append(data.Plans, one)
	}
	for _, found := range lying.Intents {
		one := intentJSON(found.Intent)
		one.UnderWay = found.Held
		switch {
		case !mine(found.Owner):
			data.Others = append(data.Others, one)
			continue
		case untold == nil:
			one.Name = c.nameOf(ctx, found.Credential())
		}
		data.Unfinished = append(data.Unfinished, one)
	}
	for _, strange := range lying.Unreadable {
		data.Unreadable = append(data.Unreadable, jsonUnreadable{Path: strange.Path, Why: strange.Err.Error()})
	}
	return answer{data: data, text: func(w io.Writer) { data.print(w, c.clock(c.Now())) }}, nil
}

// mine finds out who asks, if anything was left. Where nobody can tell, nothing is said to be somebody else's.
func (c *call) mine(ctx context.Context, lying rotation.Lying) (mine func(owner.Owner) bool, untold error) {
	everything := func(owner.Owner) bool { return true }
	if len(lying.Intents)+len(lying.Plans) == 0 {
		return everything, nil
	}
	s, err := c.service()
	if err != nil {
		return everything, err
	}
	me, err := s.Plans.Owner(ctx)
	if err != nil {
		return everything, err
	}
	return me.Is, nil
}

// nameOf is what the service calls a credential; empty if it does not tell.
func (c *call) nameOf(ctx context.Context, id models.CredentialID) string {
	if one := c.named(ctx, id); one != nil {
		return one.Label()
	}
	return ""
}

func leftJSON(s bulk.Standing) jsonLeftPlan {
	return jsonLeftPlan{
		File: s.File, Of: len(s.Plan.Items), Done: s.Done, Failed: s.Failed, ToGo: s.ToGo(),
		MadeAt: utc(s.Plan.At), MadeBy: s.Plan.MemberName, Endpoint: s.Plan.Endpoint, UnderWay: s.Held,
	}
}

// print says how far a plan has come, and how to go on with it.
func (j jsonLeftPlan) print(w io.Writer, clock when.Clock) {
	failed := ""
	if j.Failed > 0 {
		failed = fmt.Sprintf(", %d failed", j.Failed)
	}
	fmt.Fprintf(w, "a plan of %d rotations is half done: %d done%s, %d to go\n", j.Of, j.Done, failed, j.ToGo)
	goOn := bulk.GoOn(j.File)
	switch {
	case j.UnderWay:
		goOn = "another keyturn works on it"
	case j.Others:
		goOn = fmt.Sprintf("at %s, signed in as %s", j.Endpoint, j.MadeBy)
	}
	facts(w, "  made", moment(clock, told(j.MadeAt), j.MadeBy), "  file", j.File, "  to go on", goOn)
}

func intentJSON(i journal.Intent) jsonIntent {
	j := jsonIntent{ID: i.Key, Action: i.What(), Credential: i.Credential(), AskedAt: utc(i.At), AskedBy: i.MemberName, Endpoint: i.Endpoint}
	if i.Step != nil {
		j.Rotation = i.Step.Rotation
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
	if len(j.Unfinished)+len(j.Others)+len(j.Plans)+len(j.Unreadable) == 0 {
		fmt.Fprintln(w, nothingLeft)
	}
	for _, one := range j.Plans {
		one.print(w, clock)
	}
	for _, one := range j.Unfinished {
		state, where := "no known outcome", ""
		if one.UnderWay {
			state = "another keyturn waits for the answer"
		}
		if j.NotAsked != nil {
			where = one.Endpoint
		}
		fmt.Fprintf(w, "%s: %s\n", one.named(), state)
		facts(w, "  asked", moment(clock, told(one.AskedAt), one.AskedBy), "  at", where, "  id", one.ID)
	}
	if len(j.Unfinished) > 0 {
		fmt.Fprintln(w, "to ask the service: keyturn rotation resume")
	}
	for _, one := range j.Others {
		fmt.Fprintf(w, "%s: of %s at %s; resume it there, signed in as %s\n", one.named(), one.AskedBy, one.Endpoint, one.AskedBy)
		facts(w, "  asked", moment(clock, told(one.AskedAt), ""), "  id", one.ID)
	}
	for _, strange := range j.Unreadable {
		fmt.Fprintf(w, "%s is left alone: %s\n", strange.Path, strange.Why)
	}
	if len(j.Unfinished)+len(j.Others)+len(j.Plans) > 0 {
		fmt.Fprintln(w, "to give one up, which tells nobody what became of it: keyturn rotation forget ID, or the file of a plan")
	}
	if j.NotAsked != nil {
		fmt.Fprintf(w, "what credentials are called, and whether all of this is yours, is not known: %s\n", j.NotAsked.Title)
	}
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
	all := len(keys) == 0
	if all {
		for _, found := range u.Mine {
			keys = append(keys, found.Key)
		}
	}
	data := jsonResumed{Results: []jsonResumedOne{}, Plans: []any{}, others: len(u.Others)}
	var failures []error
	for _, key := range keys {
		one, err := c.resumeOne(ctx, key)
		if err != nil {
			failures = append(failures, err)
		}
		data.Results = append(data.Results, one)
	}
	err = resumedAll(len(keys), failures)
	if all {
		err = errors.Join(err, c.resumePlans(ctx, &data, f))
	}
	return answer{data: data, text: data.print}, err
}

// resumePlans goes on with every plan that is half done, but those that another process works on.
func (c *call) resumePlans(ctx context.Context, data *jsonResumed, f consent) error {
	left, err := c.remote.Plans.Left(ctx)
	data.others += len(left.Others)
	for _, s := range left.Mine {
		if s.Held {
			continue
		}
		told, failed := c.resumePlan(ctx, s, f)
		if told.data != nil {
			data.Plans, data.texts = append(data.Plans, told.data), append(data.texts, told.text)
		}
		err = errors.Join(err, failed)
	}
	return err
}

func (c *call) resumePlan(ctx context.Context, s bulk.Standing, f consent) (answer, error) {
	what := planOf(s)
	if told, goOn, err := c.agreed(ctx, what, f); !goOn {
		return told, err
	}
	flags := rotateFlags{parallel: usualParallel}
	return c.perform(ctx, flags, c.goingOn(flags), what, func(ctx context.Context) (*bulk.Run, error) { return c.remote.Plans.Take(ctx, s.File) })
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
		fmt.Fprintln(w, "nothing is left for you to resume; of what is not yours tells keyturn rotation unfinished")
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

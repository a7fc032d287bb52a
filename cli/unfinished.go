package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

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
	Plan       string              `json:"plan_file,omitempty"` // that asks for it when it is gone on with
}

type jsonUnreadable struct {
	Path string `json:"path"`
	Why  string `json:"why"`
}

// nothingLeft is what is said then. Not every outcome is known by that: some may have been given up.
const nothingLeft = "nothing is unfinished on this machine"

func (b *builder) unfinished() *cobra.Command {
	return b.command("unfinished", "List plans that are half done, and rotations and steps whose outcome is not known", "keyturn rotation unfinished", takes(0, 0),
		func(ctx context.Context, c *call, _ []string) (answer, error) { return c.listUnfinished(ctx) })
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
		one.UnderWay, one.Plan = found.Held, lying.Covering(found.Key)
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
	ctx, stop := context.WithTimeout(ctx, patienceToTell)
	defer stop()
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
		facts(w, "  asked", moment(clock, told(one.AskedAt), one.AskedBy), "  at", where, "  plan", one.Plan, "  id", one.ID)
	}
	if len(j.Unfinished) > 0 {
		fmt.Fprintln(w, "to ask the service: keyturn rotation resume")
	}
	for _, one := range j.Others {
		fmt.Fprintf(w, "%s: of %s at %s; resume it there, signed in as %s\n", one.named(), one.AskedBy, one.Endpoint, one.AskedBy)
		facts(w, "  asked", moment(clock, told(one.AskedAt), ""), "  plan", one.Plan, "  id", one.ID)
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

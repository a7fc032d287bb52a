package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
)

// change is one way of changing credentials.
type change struct {
	action  actions.ID
	verb    string   // "revoke"
	past    string   // "revoked"
	lines   []string // what will happen
	several bool     // each says how it ended: one alone leaves that to the error
	asks    bool     // reversible ones that hurt nobody do not ask
	typed   bool     // the name must be typed
	send    func(ctx context.Context, c *models.Credential, key string) (models.Credential, error)
	after   func(w io.Writer, c *models.Credential) // says what to do next, for a person
	value   func(ctx context.Context, c *models.Credential) (models.Secret, error)

	rotates bool                           // what is unknown is in the journal
	open    func(*models.Credential) error // why an open rotation is in the way; nil: it is not
}

type jsonOutcome struct {
	Plan    *jsonPlan    `json:"plan,omitempty"`
	File    string       `json:"plan_file,omitempty"`
	Results []jsonResult `json:"results,omitempty"`
}

type jsonResult struct {
	ID         models.CredentialID `json:"id,omitempty"`
	Name       string              `json:"name"`
	Outcome    string              `json:"outcome"`
	Credential *jsonCredential     `json:"credential,omitempty"`
	Secret     string              `json:"secret,omitempty"`
	Error      *jsonProblem        `json:"error,omitempty"`
	Key        string              `json:"idempotency_key"`
}

// allowed says why an action cannot be done to a credential; who asks decides too.
func (c *call) allowed(ctx context.Context, id actions.ID, target *models.Credential) error {
	space, err := c.workspace(ctx)
	if err != nil {
		return err
	}
	facts := actions.Facts{Principal: space.Caller, ReadOnly: c.readOnly, Online: true, Target: target}
	facts.Own = target != nil && target.ID == space.Caller.Token
	reason := actions.Disabled(id, facts)
	if reason == "" {
		return nil
	}
	e := &models.Error{Fault: models.FaultConflict, Code: "not-possible", Title: reason}
	if target != nil {
		e.Op, e.Fix = target.Label(), "look at it: keyturn show "+word(target)
	}
	facts.ReadOnly, facts.Principal.Permissions = false, models.PermissionsOf(models.RoleAdmin, models.RevealAdmins, true)
	if actions.Disabled(id, facts) != reason {
		e.Fault, e.Code, e.Fix = models.FaultForbidden, "not-allowed", "ask an admin of the workspace"
		if c.readOnly {
			e.Code, e.Fix = "read-only", "leave --read-only out"
		}
	}
	return e
}

// allAllowed says why a change cannot be made of one of the targets.
func (c *call) allAllowed(ctx context.Context, ch change, targets []*models.Credential) error {
	for _, target := range targets {
		if err := c.allowed(ctx, ch.action, target); err != nil {
			return err
		}
		if ch.open != nil && target.OpenRotation() != nil {
			return ch.open(target)
		}
	}
	return nil
}

// carryOut makes a change of each target, after asking where it has to.
func (c *call) carryOut(ctx context.Context, ch change, targets []*models.Credential, f consent) (answer, error) {
	if err := c.allAllowed(ctx, ch, targets); err != nil {
		return answer{}, err
	}
	p := planned{action: ch.action, verb: ch.verb, targets: targets, lines: ch.lines, typed: ch.typed}
	if !ch.asks {
		f.yes = !f.dryRun
	}
	told, goOn, err := c.agreed(ctx, p, f)
	if !goOn {
		return told, err
	}
	ch.several = len(targets) > 1
	var done []jsonResult
	var failures []error
	var texts []func(io.Writer)
	for i, target := range targets {
		if ch.several && c.ErrTTY && !c.asJSON {
			fmt.Fprintf(c.Stderr, "%s %d of %d: %s\n", ch.verb, i+1, len(targets), target.Label())
		}
		result, text, err := c.one(ctx, ch, target)
		done, texts = append(done, result), append(texts, text)
		if err != nil {
			failures = append(failures, err)
		}
	}
	return answer{data: jsonOutcome{Plan: p.json(), Results: done}, text: func(w io.Writer) {
		for _, text := range texts {
			text(w)
		}
	}}, sum(ch.verb, len(targets), failures)
}

// one changes one credential and says how that ended.
func (c *call) one(ctx context.Context, ch change, target *models.Credential) (jsonResult, func(io.Writer), error) {
	key := c.remote.Rotator.NewKey()
	r := jsonResult{ID: target.ID, Name: target.Label(), Outcome: "done", Key: key}
	after, err := ch.send(ctx, target, key)
	if err != nil {
		return c.notDone(r, ch, err)
	}
	return c.done(ctx, r, ch, &after)
}

// done tells a change that was made.
func (c *call) done(ctx context.Context, r jsonResult, ch change, after *models.Credential) (jsonResult, func(io.Writer), error) {
	j := toJSON(after)
	r.ID, r.Name, r.Credential = after.ID, after.Label(), &j
	var value models.Secret
	var err error
	if ch.value != nil {
		// Not being able to read the value does not undo the change: say both.
		if value, err = ch.value(ctx, after); err != nil {
			err = fmt.Errorf("%s %s; its value could not be read: %w", ch.past, after.Label(), err)
			r.Error = problemOf(err)
		} else {
			r.Secret = shown(value)
		}
	}
	return r, func(w io.Writer) {
		fmt.Fprintf(w, "%s %s (id %s)\n", ch.past, after.Label(), after.ID)
		if !value.Empty() {
			fmt.Fprintln(w, "secret: "+shown(value))
		}
		if ch.after != nil {
			ch.after(w, after)
		}
	}, err
}

// notDone tells a change that failed, or of which nobody knows.
func (c *call) notDone(r jsonResult, ch change, err error) (jsonResult, func(io.Writer), error) {
	r.Outcome, r.Error = "failed", problemOf(err)
	if models.FaultOf(err) == models.FaultUnknown {
		r.Outcome = "unknown"
	}
	if r.Outcome == "failed" && !ch.several {
		return r, func(io.Writer) {}, err
	}
	return r, func(w io.Writer) {
		fmt.Fprintf(w, "%s: %s %s: %v\n", r.Outcome, ch.verb, r.Name, explain(err, c.Zone))
		if r.Outcome == "unknown" {
			fmt.Fprintln(w, ch.look(r))
		} else if fix := models.FixOf(err); fix != "" {
			facts(w, "  to do", fix)
		}
	}, err
}

// look says how to find out whether a change was made.
func (ch change) look(r jsonResult) string {
	const before = "look whether it was done before you do it again: "
	switch {
	case ch.action == actions.Create:
		return before + "keyturn list ci-tokens --filter " + r.Name
	case ch.rotates:
		return "ask the service what became of it: keyturn rotation resume " + r.Key
	}
	return before + "keyturn show " + string(r.ID)
}

// sum is the error of several changes: what is unknown weighs most.
func sum(verb string, size int, failures []error) error {
	if size == 1 || len(failures) == 0 {
		return errors.Join(failures...)
	}
	fault, unknown := models.FaultConflict, 0
	for _, err := range failures {
		if models.FaultOf(err) == models.FaultUnknown {
			fault = models.FaultUnknown
			unknown++
		}
	}
	title := fmt.Sprintf("%s: %d of %d done, %d failed", verb, size-len(failures), size, len(failures)-unknown)
	if unknown > 0 {
		title += fmt.Sprintf(", %d unknown", unknown)
	}
	return &models.Error{Fault: fault, Code: "some-failed", Title: title, Fix: "look at what is said of each"}
}

// explain is an error with who came first, where that was the reason.
func explain(err error, zone *time.Location) string {
	text := err.Error()
	if e := (*models.Error)(nil); errors.As(err, &e) && e.ChangedBy != "" {
		text += fmt.Sprintf(" (%s, %s", e.ChangedBy, e.ChangedAt.In(zone).Format("2006-01-02 15:04:05 MST"))
		if e.ChangedFrom != "" {
			text += ", from " + e.ChangedFrom
		}
		text += ")"
	}
	return text
}

// word is how a command names a credential: by its name, or by its id where the shell would take
// the name for something else.
func word(c *models.Credential) string {
	name := c.Label()
	if c.Kind == models.PersonalToken && c.Owner != nil {
		name = c.Owner.Email
	}
	if name == "" || strings.HasPrefix(name, "-") || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@+/") != "" {
		return string(c.ID)
	}
	return name
}

func (b *builder) create() *cobra.Command {
	var reveal bool
	cmd := b.command("create NAME [--reveal]", short(actions.Create), "keyturn create deploy-eu\nkeyturn create deploy-eu --json --reveal", takes(1, 1),
		func(ctx context.Context, c *call, args []string) (answer, error) {
			s, err := c.service()
			if err != nil {
				return answer{}, err
			}
			name := strings.TrimSpace(args[0])
			if name == "" {
				return answer{}, usagef("a name must not be empty")
			}
			if err := c.allowed(ctx, actions.Create, nil); err != nil {
				return answer{}, err
			}
			ch := change{action: actions.Create, verb: "create", past: "created", value: c.reader(reveal),
				after: func(w io.Writer, after *models.Credential) { facts(w, whereIs(after)...) },
				send: func(ctx context.Context, _ *models.Credential, key string) (models.Credential, error) {
					return s.Create(ctx, name, key)
				}}
			result, text, err := c.one(ctx, ch, &models.Credential{Kind: models.CIToken, Name: name})
			return answer{data: jsonOutcome{Results: []jsonResult{result}}, text: text}, err
		})
	cmd.Flags().BoolVar(&reveal, "reveal", false, "show the value; the service notes it")
	return cmd
}

func (b *builder) rename() *cobra.Command {
	cmd := b.command("rename NAME|ID NEW-NAME", short(actions.Rename), "keyturn rename deploy-eu deploy-europe", takes(2, 2),
		func(ctx context.Context, c *call, args []string) (answer, error) {
			target, err := c.find(ctx, args[0])
			if err != nil {
				return answer{}, err
			}
			ch := change{action: actions.Rename, verb: "rename", past: "renamed to",
				send: func(ctx context.Context, t *models.Credential, key string) (models.Credential, error) {
					return c.remote.Rename(ctx, models.ChangeRequest{Credential: t.ID, Seen: t.Revision, Name: strings.TrimSpace(args[1]), Key: key})
				}}
			return c.carryOut(ctx, ch, []*models.Credential{target}, consent{})
		})
	return b.named(cmd)
}

func (b *builder) pause() *cobra.Command {
	return b.plain(change{action: actions.Pause, verb: "pause", past: "paused", asks: true}, Service.Pause)
}

func (b *builder) resume() *cobra.Command {
	return b.plain(change{action: actions.Resume, verb: "resume", past: "resumed"}, Service.Resume)
}

func (b *builder) revoke() *cobra.Command {
	return b.plain(change{action: actions.Revoke, verb: "revoke", past: "revoked", asks: true, typed: true}, Service.Revoke)
}

// plain makes the command of a change that needs nothing but its targets.
func (b *builder) plain(ch change, send func(Service, context.Context, models.ChangeRequest) (models.Credential, error)) *cobra.Command {
	var f consent
	var reason string
	cmd := b.command(ch.verb+" NAME|ID…", short(ch.action), "keyturn "+ch.verb+" deploy-eu", takes(1, unbounded),
		func(ctx context.Context, c *call, args []string) (answer, error) {
			targets, err := c.findAll(ctx, args)
			if err != nil {
				return answer{}, err
			}
			ch.lines = c.inUse(ch, targets)
			ch.send = func(ctx context.Context, t *models.Credential, key string) (models.Credential, error) {
				return send(c.remote, ctx, models.ChangeRequest{Credential: t.ID, Seen: t.Revision, Reason: reason, Key: key})
			}
			return c.carryOut(ctx, ch, targets, f)
		})
	if ch.asks {
		f.flags(cmd)
	}
	if ch.action == actions.Revoke {
		cmd.Flags().StringVar(&reason, "reason", "", "why, for the activity")
	}
	return b.named(cmd)
}

// inUse says what a change does, and who feels it.
func (c *call) inUse(ch change, targets []*models.Credential) []string {
	lines := []string{actions.Find(ch.action).Tooltip}
	clock := c.clock(c.Now())
	for _, t := range targets {
		line := t.Label() + " has never been used."
		if t.Use.Used() {
			line = fmt.Sprintf("%s was last used %s by %s; %s in %d days.",
				t.Label(), clock.Ago(t.Use.Last), caller(t.Use), count(int(t.Use.Recent), "use", "uses"), models.RecentDays)
		}
		lines = append(lines, line)
	}
	return lines
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sync"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/owner"
	"example.com/keyturn/rotation/plan"
)

// Plans knows whose plans are made now, and takes those that were left; see rotation.Plans.
type Plans interface {
	Owner(ctx context.Context) (owner.Owner, error)
	Left(ctx context.Context) (rotation.LeftPlans, error)
	Take(ctx context.Context, file string) (*bulk.Run, error)
}

// PlansDir is the folder, in the state folder, of the plans that nobody has named.
const PlansDir = "plans"

// maxParallel is how many rotations may be under way at a time.
const maxParallel = 32

// usualParallel is how many are, unless somebody says otherwise.
const usualParallel = 4

// rotateAll makes a plan of several rotations, shows it, and runs it.
func (c *call) rotateAll(
	ctx context.Context, f rotateFlags, ch change, p plan.Plan, asked func(*models.Credential, string) models.RotateRequest, targets []*models.Credential,
) (answer, error) {
	if err := c.allAllowed(ctx, ch, targets); err != nil {
		return answer{}, err
	}
	file, err := c.planFile(f)
	if err != nil {
		return answer{}, err
	}
	made := p.Written(ch.lines, func(at int) models.RotateRequest { return asked(targets[at], c.remote.Rotator.NewKey()) })
	if made.Owner, err = c.remote.Plans.Owner(ctx); err != nil {
		return answer{}, err
	}
	shown := planned{action: ch.action, verb: ch.verb, targets: targets, lines: ch.lines, typed: ch.typed}
	if f.plan != "" {
		if err := bulk.Write(durable.OS{}, file, made); err != nil {
			return answer{}, err
		}
		shown.lines = append(slices.Clone(shown.lines), "The plan is in "+file+"; run it with: "+bulk.GoOn(file))
	}
	told, goOn, err := c.agreed(ctx, shown, f.consent)
	if !goOn {
		return told, err
	}
	if f.plan == "" {
		if err := bulk.Write(durable.OS{}, file, made); err != nil {
			return answer{}, err
		}
	}
	return c.perform(ctx, f, ch, shown, planAt(file))
}

// planAt opens a plan whose file stays when it is done.
func planAt(file string) func(context.Context) (*bulk.Run, error) {
	return func(context.Context) (*bulk.Run, error) { return bulk.Open(durable.OS{}, file) }
}

// planFile is where a plan is kept.
func (c *call) planFile(f rotateFlags) (string, error) {
	switch {
	case f.plan != "":
		return filepath.Clean(f.plan), nil
	case c.StateDir == "":
		return "", usageError{errors.New("no folder is known in which the plan could be kept"), "name a file with --plan FILE, or a folder in KEYTURN_STATE_DIR"}
	}
	return bulk.NewShelf(filepath.Join(c.StateDir, PlansDir), durable.OS{}).File(c.Now()), nil
}

// runPlan runs a plan that was made before, or goes on with it.
func (c *call) runPlan(ctx context.Context, f rotateFlags, args []string) (answer, error) {
	if len(args) > 0 || f.filter != "" || f.plan != "" || f.overlap != "" || f.reason != "" || f.supersede {
		return answer{}, usagef("--run takes everything from the plan: leave names and the other flags out")
	}
	r, err := bulk.Open(durable.OS{}, f.run)
	if err != nil {
		return answer{}, err
	}
	what := planOf(r.Standing())
	if err := r.Close(); err != nil { // somebody may think about it for long
		return answer{}, err
	}
	if _, err := c.workspace(ctx); err != nil {
		return answer{}, err
	}
	if c.readOnly {
		return answer{}, &models.Error{Fault: models.FaultForbidden, Code: "read-only", Title: "keyturn was started with --read-only", Fix: "leave --read-only out"}
	}
	me, err := c.remote.Plans.Owner(ctx)
	if err == nil {
		err = r.Belongs(me)
	}
	if err != nil {
		return answer{}, err
	}
	f.yes = f.yes || len(what.targets) == 0 && !f.dryRun
	if told, goOn, err := c.agreed(ctx, what, f.consent); !goOn {
		return told, err
	}
	return c.perform(ctx, f, c.goingOn(f), what, planAt(f.run))
}

// goingOn is the change that a plan which was made before makes.
func (c *call) goingOn(f rotateFlags) change {
	return change{verb: "rotate", past: "rotated", value: c.reader(f.reveal), rotates: true}
}

// planOf is what is left of a plan, as it is shown before it runs.
func planOf(s bulk.Standing) planned {
	p := planned{action: "rotate", verb: "rotate"}
	for _, item := range s.Rest() {
		p.targets = append(p.targets, &models.Credential{ID: item.Credential, Name: item.Name, Kind: item.Kind})
		p.typed = p.typed || item.Request.Overlap.Mode == models.OverlapNone
	}
	p.lines = append(slices.Clone(s.Plan.Happens), fmt.Sprintf("%d of %d are left.", len(p.targets), len(s.Plan.Items)))
	return p
}

// perform runs a plan from where it stands.
func (c *call) perform(
	ctx context.Context, f rotateFlags, ch change, shown planned, open func(context.Context) (*bulk.Run, error),
) (answer, error) {
	r, err := open(ctx)
	if err != nil {
		return answer{}, err
	}
	file := r.Path
	c.quiet()
	if !c.asJSON {
		fmt.Fprintf(c.Stderr, "the plan is in %s; ctrl+c pauses\n", file)
	}
	told := c.progress(r, ch.verb)
	ended := r.Do(ctx, c.remote.Rotator, bulk.Options{Parallel: f.parallel, Now: c.Now, Report: told.ended})
	told.over()
	err = r.Close()
	ch.several = true
	outcome := jsonOutcome{Plan: shown.json(), File: file}
	var texts []func(io.Writer)
	var tally tally
	for i, one := range r.Results() {
		result, text, failed := c.itemEnded(context.WithoutCancel(ctx), ch, r.Plan.Items[i], one)
		outcome.Results, texts = append(outcome.Results, result), append(texts, text)
		tally.count(one, failed)
	}
	return answer{data: outcome, text: func(w io.Writer) {
		for _, text := range texts {
			text(w)
		}
	}}, errors.Join(tally.err(ch.verb, ended, file), err)
}

// notBegun is the outcome of an item that was not asked for, as far as is known.
const notBegun = "not begun"

// itemEnded says how one item ended.
func (c *call) itemEnded(ctx context.Context, ch change, item bulk.Item, one bulk.Result) (jsonResult, func(io.Writer), error) {
	r := jsonResult{ID: item.Credential, Name: item.Name, Outcome: string(one.State), Key: item.Request.Key}
	if one.Err == nil && one.Why != "" {
		one.Err = before(item, one)
	}
	switch {
	case one.State == bulk.Left:
		r.Outcome = notBegun
		return r, func(w io.Writer) { fmt.Fprintf(w, "not begun: %s %s\n", ch.verb, item.Name) }, nil
	case one.State != bulk.Done:
		return c.notDone(r, ch, outrun(one.Err, item.Request))
	case one.Credential == nil:
		return r, func(w io.Writer) { fmt.Fprintf(w, "%s %s before (id %s)\n", ch.past, item.Name, item.Credential) }, nil
	}
	ch.after = nil
	return c.done(ctx, r, ch, one.Credential)
}

// tally is how the items of a plan stand.
type tally struct {
	size, done, failed, unknown, left int
	failures                          []error
}

func (t *tally) count(one bulk.Result, failed error) {
	t.size++
	switch one.State {
	case bulk.Done:
		t.done++
	case bulk.Failed:
		t.failed++
	case bulk.Unknown:
		t.unknown++
	default:
		t.left++
	}
	if failed != nil {
		t.failures = append(t.failures, failed)
	}
}

// err is what a run of a plan comes to: what is unknown weighs most.
func (t *tally) err(verb string, ended bulk.Ended, file string) error {
	if t.size == t.done {
		return errors.Join(t.failures...)
	}
	e := &models.Error{
		Fault: models.FaultConflict, Code: "some-failed", Title: fmt.Sprintf("%s: %d of %d done, %d failed", verb, t.done, t.size, t.failed), Fix: "look at what is said of each",
	}
	if t.unknown > 0 {
		e.Fault = models.FaultUnknown
		e.Title += fmt.Sprintf(", %d unknown", t.unknown)
	}
	if t.left > 0 {
		e.Title += fmt.Sprintf(", %d not begun", t.left)
	}
	if ended.Paused {
		e.Code, e.Title = "paused", "paused: "+e.Title
	}
	if ended.Err != nil {
		e.Code, e.Detail, e.Err = "stopped", ended.Err.Error(), ended.Err
		if fix := models.FixOf(ended.Err); fix != "" {
			e.Fix = fix
		}
		if t.unknown == 0 {
			e.Fault = models.FaultOf(ended.Err)
		}
	}
	if t.unknown+t.left > 0 {
		e.Fix += "; then go on where it stopped: " + bulk.GoOn(file)
	}
	return e
}

// usages asks who uses the targets, several at a time.
func (c *call) usages(ctx context.Context, targets []*models.Credential) ([]plan.Usage, error) {
	list, errs := make([]plan.Usage, len(targets)), make([]error, len(targets))
	slots := make(chan struct{}, maxSideBySide)
	var asking sync.WaitGroup
	for i, t := range targets[:min(len(targets), maxAsked)] {
		asking.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			callers, truncated, err := c.remote.Usage(ctx, t.ID)
			list[i], errs[i] = plan.Usage{Known: err == nil, Callers: callers, Truncated: truncated}, err
		})
	}
	asking.Wait()
	return list, errors.Join(errs...)
}

const maxSideBySide = 8

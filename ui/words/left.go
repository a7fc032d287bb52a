package words

import (
	"fmt"
	"slices"
	"strings"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/ui/batch"
	"example.com/keyturn/when"
)

// Left says what an earlier keyturn has not come to the end of: plans, and rotations without a known outcome.
func Left(plans []bulk.Standing, list []journal.Found, named func(models.CredentialID) string) string {
	var said []string
	if len(plans) > 0 {
		said = append(said, plansLeft(plans, list))
	}
	if rest := Uncovered(list, plans); len(rest) > 0 {
		said = append(said, Unfinished(rest, named))
	}
	return strings.Join(said, "; ")
}

// LeftAndHow says the same with how to go on: goOn where a plan is left, else ask. It is empty where nothing is left.
func LeftAndHow(plans []bulk.Standing, list []journal.Found, named func(models.CredentialID) string, ask, goOn string) string {
	switch {
	case len(plans)+len(list) == 0:
		return ""
	case len(plans) > 0:
		ask = goOn
	}
	return Left(plans, list, named) + ask
}

// Capital begins a sentence.
func Capital(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// ToFinish is how the screen goes on with what was left.
const (
	ToFinishAsk  = ": press R to ask the server"
	ToFinishGoOn = ": press R to go on"
)

// Naming names a credential that is known, and gives the id of one that is not.
func Naming(find func(models.CredentialID) *models.Credential) func(models.CredentialID) string {
	return func(id models.CredentialID) string {
		if c := find(id); c != nil {
			return Short(c.Label())
		}
		return string(id)
	}
}

// Uncovered is what is still unknown once these plans have been gone on with.
func Uncovered(list []journal.Found, plans []bulk.Standing) []journal.Found {
	return slices.DeleteFunc(slices.Clone(list), func(found journal.Found) bool {
		return slices.ContainsFunc(plans, func(s bulk.Standing) bool { return s.Covers(found.Key) })
	})
}

// plansLeft says how far plans have come. One of which something was asked has begun, though it does not say so itself.
func plansLeft(plans []bulk.Standing, list []journal.Found) string {
	if len(plans) == 1 {
		s := plans[0]
		if s.Left == len(s.Plan.Items) && len(Uncovered(list, plans)) == len(list) {
			return fmt.Sprintf("a plan of %d rotations was not begun", s.Left)
		}
		return fmt.Sprintf("a plan of %d rotations is half done: %s", len(s.Plan.Items), stands(s))
	}
	rest := 0
	for _, s := range plans {
		rest += s.ToGo()
	}
	return fmt.Sprintf("%d plans are half done: %d rotations to go", len(plans), rest)
}

// stands says how far a plan has come.
func stands(s bulk.Standing) string {
	text := fmt.Sprintf("%d done", s.Done)
	if s.Failed > 0 {
		text += fmt.Sprintf(", %d failed", s.Failed)
	}
	return text + fmt.Sprintf(", %d to go", s.ToGo())
}

// PlanLines say what going on with a plan will do: to what, and what that means.
func PlanLines(s bulk.Standing, clock when.Clock) []string {
	var names []string
	for _, item := range s.Rest() {
		names = append(names, Short(item.Name))
	}
	more := ""
	if extra := len(names) - maxNamed; extra > 0 {
		names, more = names[:maxNamed], fmt.Sprintf(" and %d more", extra)
	}
	lines := []string{fmt.Sprintf("A plan of %d rotations, made %s: %s.", len(s.Plan.Items), clock.Moment(s.Plan.At), stands(s)), "To go: " + strings.Join(names, ", ") + more + "."}
	return append(lines, s.Plan.Happens...)
}

// maxNamed is how many rotations of a plan are named.
const maxNamed = 12

// Severe is what of plans cannot be taken back, and so wants to be typed: their old secrets end at once.
func Severe(plans []bulk.Standing) (targets []*models.Credential) {
	for _, s := range plans {
		for _, item := range s.Rest() {
			if item.Request.Overlap.Mode == models.OverlapNone {
				targets = append(targets, &models.Credential{ID: item.Credential, Name: item.Name, Kind: item.Kind})
			}
		}
	}
	return targets
}

// GoOnWhat says what going on with a plan does.
const GoOnWhat = "Each is asked for with the key that the plan has for it: what has been done is not done again. " +
	"What has been changed since is left as it is."

// PlanEnded says how a run of a plan ended.
func PlanEnded(e batch.End, clock when.Clock) string {
	s := e.Standing
	text := fmt.Sprintf("rotate: %d of %d done", s.Done, len(s.Begun))
	if e.Err != nil {
		text += "; stopped: " + Failure(e.Err, clock)
	}
	if e.Paused {
		text += "; paused"
	}
	if s.Unknown > 0 {
		text += fmt.Sprintf("; %d without an answer", s.Unknown)
	}
	if s.Left > 0 {
		text += fmt.Sprintf(": %d not begun", s.Left)
	}
	for i, one := range s.Begun {
		if one.State == bulk.Failed && one.Err != nil { // in this run
			text += "; rotate " + s.Plan.Items[i].Name + ": " + Failure(one.Err, clock)
		}
	}
	if e.Closed != nil {
		text += "; the file of the plan: " + e.Closed.Error()
	}
	return text
}

// LostAny reports whether somebody else's rotation was quicker than one of the plan, in this run.
func LostAny(e batch.End) bool {
	return slices.ContainsFunc(e.Standing.Begun, func(one bulk.Result) bool { return LostTo(one.Err) != nil })
}

// Unanswered is the rotations of a plan of which nobody knows.
func Unanswered(s bulk.Standing) string {
	var names []string
	for i, one := range s.Begun {
		if one.State == bulk.Unknown {
			names = append(names, s.Plan.Items[i].Name+" ("+string(s.Plan.Items[i].Credential)+")")
		}
	}
	return strings.Join(names, ", ")
}

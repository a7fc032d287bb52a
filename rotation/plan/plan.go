// Package plan says in sentences what a rotation will do, to whom and by when, before anybody
// decides. The screen, the line mode and the command line say the same. It only works out texts
// from what it is given: it asks nobody, rotates nothing and has no clock of its own.
package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/keyturn/models"
)

// Clock puts moments into words, in the zone of whoever reads them.
type Clock interface {
	Moment(time.Time) string       // in local time and in UTC
	Ago(time.Time) string          // "5 min ago"
	Window(models.Downtime) string // in local time and in UTC
}

// Usage is what is known of the callers of a credential.
type Usage struct {
	Known     bool // the service has answered
	Callers   []models.Caller
	Truncated bool // there are more callers than these
}

// Target is one credential that is to be rotated.
type Target struct {
	Credential models.Credential
	Usage      Usage
}

// Plan is what is known when somebody is asked whether to rotate.
type Plan struct {
	Targets []Target
	Sunset  models.Sunset
	Now     time.Time // as the service counts
	Clock   Clock
}

// Callers is who uses the secret that the rotation will replace, the latest first.
func (t Target) Callers() []models.Caller {
	current := t.Credential.Newest()
	if current == nil {
		return nil
	}
	var list []models.Caller
	for _, c := range t.Usage.Callers {
		if c.SecretVersion == current.Version {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b models.Caller) int { return b.Last.Compare(a.Last) })
	return list
}

// Unnamed reports whether the secret was used although the service names no caller of it: of keys
// that were imported, it may know no more than when.
func (t Target) Unnamed() bool {
	current := t.Credential.Newest()
	use := t.Credential.Use
	return current != nil && len(t.Callers()) == 0 && use.Used() && !use.Last.Before(current.CreatedAt)
}

// callers is who uses any of the secrets, the latest first, and whether that is all of them.
func (p Plan) callers() (list []models.Caller, all bool) {
	all = true
	for _, t := range p.Targets {
		all = all && t.Usage.Known && !t.Usage.Truncated && !t.Unnamed()
		list = append(list, t.Callers()...)
	}
	slices.SortStableFunc(list, func(a, b models.Caller) int { return b.Last.Compare(a.Last) })
	return list, all
}

// Outcome is what will happen with this overlap, to whom and by when.
func (p Plan) Outcome(o models.Overlap) []string {
	words := p.words()
	var lines []string
	ends := time.Time{} // of the old secret, where that is known now
	switch o.Mode {
	case models.OverlapNone:
		ends = p.Now
		lines = []string{
			words.first + " ends at once; only " + words.next + " works.",
			"Refused from now on, until they have " + words.next + ": " + p.who() + ".",
		}
	case models.OverlapFixed:
		ends = p.Now.Add(o.Grace)
		lines = []string{
			fmt.Sprintf("Both work from now on. %s ends %s; if %s has been neither used nor confirmed by then, %s goes on until it is.",
				words.first, p.Clock.Moment(ends), words.next, words.old),
			"Refused then, if they have not switched: " + p.who() + ".",
		}
	default:
		lines = []string{
			fmt.Sprintf("Both work from now on. %s ends %s, and never before.", words.first, after(o.Grace, words.next)),
			"Refused then, if they have not switched: " + p.who() + ".",
		}
	}
	lines = append(lines, p.paused()...)
	if o.Mode == models.OverlapNone {
		return lines
	}
	return append(lines, p.sunset(ends)...)
}

// after says how long after the new secret has taken over.
func after(grace time.Duration, next string) string {
	if grace == 0 {
		return "at the first use of " + next + ", or when somebody confirms it"
	}
	return Span(grace) + " after the first use of " + next + ", or after somebody confirms it"
}

// Span is a grace in words: "24 h", "7 days", "90 min".
func Span(d time.Duration) string {
	switch {
	case d > 72*time.Hour && d%(24*time.Hour) == 0:
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	case d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return d.String()
}

// words is how the old and the new secret are called; first begins a sentence.
type words struct{ first, old, next string }

func (p Plan) words() words {
	if len(p.Targets) != 1 {
		return words{first: "Each old secret", old: "the old one", next: "its new one"}
	}
	c := &p.Targets[0].Credential
	old := 0
	if current := c.Newest(); current != nil {
		old = current.Version
	}
	return words{first: fmt.Sprintf("Version %d", old), old: fmt.Sprintf("version %d", old), next: fmt.Sprintf("version %d", lastVersion(c)+1)}
}

func lastVersion(c *models.Credential) int {
	last := 0
	for _, s := range c.Secrets {
		last = max(last, s.Version)
	}
	return last
}

// maxNamed is how many callers one sentence names.
const maxNamed = 3

// who names those that will be refused unless they switch.
func (p Plan) who() string {
	list, all := p.callers()
	if len(list) == 0 {
		if all {
			return "nobody that is known"
		}
		return "whoever still uses it"
	}
	var names []string
	for _, c := range list {
		if name := Name(c); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	more := len(names) - maxNamed
	if more > 0 {
		names = names[:maxNamed]
	}
	text := strings.Join(names, ", ")
	switch {
	case !all && more > 0:
		text += fmt.Sprintf(" and %d more that are known, perhaps others", more)
	case !all:
		text += ", perhaps others"
	case more > 0:
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// Name is a caller by client, version and host.
func Name(c models.Caller) string {
	if c.Client == "" {
		c.Client, c.ClientVersion = "an unnamed client", ""
	}
	return c.Label()
}

// paused says that a paused credential works with neither secret.
func (p Plan) paused() []string {
	n := 0
	for _, t := range p.Targets {
		if t.Credential.State == models.Paused {
			n++
		}
	}
	switch {
	case n == 0:
		return nil
	case len(p.Targets) == 1:
		return []string{"It is paused: neither secret works until it is resumed."}
	case n == 1:
		return []string{"1 of them is paused: neither of its secrets works until it is resumed."}
	}
	return []string{fmt.Sprintf("%d of them are paused: neither of their secrets works until they are resumed.", n)}
}

// sunset says that an old secret which is a legacy key is refused by the calendar all the same.
// ends is when the old secret ends; zero: that is not known yet.
func (p Plan) sunset(ends time.Time) []string {
	if !slices.ContainsFunc(p.Targets, func(t Target) bool { return t.Credential.Kind.Legacy() }) {
		return nil
	}
	phase, window := p.Sunset.Phase(p.Now)
	within := func(at time.Time) bool { return !at.IsZero() && (ends.IsZero() || at.Before(ends)) }
	var when []string
	switch next := p.Sunset.Next(p.Now); {
	case phase == models.SunsetOver:
		return []string{"The old legacy key is refused already: the sunset is over. The new token is not."}
	case window != nil:
		when = append(when, "now, in the downtime "+p.Clock.Window(*window))
	case next != nil && within(next.Start):
		when = append(when, "in the downtime "+p.Clock.Window(*next))
	}
	if within(p.Sunset.End) {
		when = append(when, "for good from "+p.Clock.Moment(p.Sunset.End)+" on")
	}
	if len(when) == 0 {
		return nil
	}
	return []string{"The old legacy key is refused " + strings.Join(when, ", and ") + ", whatever you choose. The new token is not."}
}

package words

import (
	"fmt"
	"strings"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/plan"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/when"
)

// MaxAsked is about how many targets the service is asked who uses them.
const MaxAsked = 20

// How much a question shows before it only counts.
const (
	maxCallers = 6
	maxTargets = 6
	maxOld     = 3
)

// Overlap is one choice of how long both secrets work.
type Overlap struct {
	Label   string
	Overlap models.Overlap // fixed without a grace: whoever chooses it says how long
}

// Own reports whether the choice needs a time beside it.
func (o Overlap) Own() bool { return o.Overlap.Mode == models.OverlapFixed && o.Overlap.Grace == 0 }

// With is the overlap that the choice stands for, with what was typed beside it.
func (o Overlap) With(text string) (models.Overlap, error) {
	if !o.Own() {
		return o.Overlap, nil
	}
	grace, err := models.ParseGrace(strings.TrimSpace(text))
	if err != nil {
		return o.Overlap, err
	}
	chosen := models.Overlap{Mode: models.OverlapFixed, Grace: grace}
	return chosen, chosen.Validate()
}

// Overlaps lists the choices, the usual one first.
func Overlaps() []Overlap {
	return []Overlap{
		{"until the new one is used, and 24 h more", models.DefaultOverlap},
		{"24 h", fixed(24)},
		{"72 h", fixed(72)},
		{"7 days", fixed(7 * 24)},
		{"another time", models.Overlap{Mode: models.OverlapFixed}},
		{"none: it has leaked", models.Overlap{Mode: models.OverlapNone}},
	}
}

func fixed(hours int) models.Overlap {
	return models.Overlap{Mode: models.OverlapFixed, Grace: time.Duration(hours) * time.Hour}
}

// WhichOverlap is what is asked about them.
const WhichOverlap = "How long shall the old secret work beside the new one?"

// HowLong says what a time of one's own looks like.
func HowLong() string {
	return "Write a time such as 36h, 90m or 7d; at most " + plan.Span(models.MaxGrace) + "."
}

// Rotate is what is known when somebody is asked whether to rotate.
type Rotate struct {
	Plan    plan.Plan
	Clock   when.Clock
	Waiting string // why it is not known who uses them; empty: it is known of the first MaxAsked
}

// Lines says what is to be rotated, and who uses it.
func (r Rotate) Lines() []string {
	if len(r.Plan.Targets) == 1 {
		return append(r.single(), r.callerLines(r.Plan.Targets[0])...)
	}
	return append(r.several(), r.targetLines()...)
}

// OldClients points out the clients that need the new secret in another way.
func (r Rotate) OldClients() []string {
	old := r.Plan.OldClients()
	if more := len(old) - maxOld; more > 0 {
		old = append(old[:maxOld], fmt.Sprintf("%d more clients need the old variable or are close to it.", more))
	}
	return old
}

func (r Rotate) single() []string {
	c := &r.Plan.Targets[0].Credential
	lines := []string{About(c)}
	if c.Kind.Legacy() {
		lines = append(lines, "It becomes a CI token with the same name and id.")
	}
	return lines
}

func (r Rotate) several() []string {
	legacy := 0
	for _, t := range r.Plan.Targets {
		if t.Credential.Kind.Legacy() {
			legacy++
		}
	}
	head := fmt.Sprintf("%d credentials", len(r.Plan.Targets))
	switch {
	case legacy == 1:
		head += ", 1 of them a legacy key that becomes a CI token"
	case legacy > 1:
		head += fmt.Sprintf(", %d of them legacy keys that become CI tokens", legacy)
	}
	return []string{head + ":"}
}

// callerLines is who uses the one target, the latest first.
func (r Rotate) callerLines(t plan.Target) []string {
	if r.Waiting != "" {
		return []string{r.Waiting}
	}
	list := t.Callers()
	version := 0
	if current := t.Credential.Newest(); current != nil {
		version = current.Version
	}
	if t.Unnamed() {
		return []string{fmt.Sprintf("Version %d was last used %s; the service does not say by whom.", version, r.Clock.Ago(t.Credential.Use.Last))}
	}
	if len(list) == 0 {
		return []string{fmt.Sprintf("Nobody has used version %d.", version)}
	}
	lines := []string{fmt.Sprintf("Version %d is used by:", version)}
	for i, c := range list {
		if i == maxCallers {
			lines = append(lines, fmt.Sprintf("  and %d more, the latest %s", len(list)-i, r.Clock.Ago(c.Last)))
			break
		}
		lines = append(lines, "  "+r.callerLine(c))
	}
	if t.Usage.Truncated {
		lines = append(lines, "  and others: the service names only the latest")
	}
	return lines
}

func (r Rotate) callerLine(c models.Caller) string {
	ci := "not CI"
	if c.CI {
		ci = "CI"
	}
	c.CI = false
	return fmt.Sprintf("%s, %s: last %s, %s", plan.Name(c), ci, r.Clock.Ago(c.Last), cells.Plural(c.Count, "time"))
}

// targetLines names each of several targets with its latest caller.
func (r Rotate) targetLines() []string {
	var lines []string
	for i, t := range r.Plan.Targets {
		if i == maxTargets {
			lines = append(lines, fmt.Sprintf("  and %d more", len(r.Plan.Targets)-i))
			break
		}
		lines = append(lines, "  "+Named(&t.Credential)+r.latest(t))
	}
	if r.Waiting != "" {
		return append(lines, r.Waiting)
	}
	if rest := len(r.Plan.Targets) - MaxAsked; rest > 0 {
		lines = append(lines, fmt.Sprintf("The service was not asked who uses the last %d.", rest))
	}
	return lines
}

func (r Rotate) latest(t plan.Target) string {
	list := t.Callers()
	switch {
	case !t.Usage.Known:
		return ""
	case t.Unnamed():
		return ": last used " + r.Clock.Ago(t.Credential.Use.Last) + ", nobody says by whom"
	case len(list) == 0:
		return ": used by nobody"
	case len(list) == 1:
		return fmt.Sprintf(": %s, last %s", plan.Name(list[0]), r.Clock.Ago(list[0].Last))
	}
	return fmt.Sprintf(": %s and %d more, last %s", plan.Name(list[0]), len(list)-1, r.Clock.Ago(list[0].Last))
}

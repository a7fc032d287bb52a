package dialogs

import (
	"fmt"
	"strings"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/plan"
)

// How much the dialog shows before it only counts.
const (
	maxCallers = 6
	maxTargets = 6
	maxOld     = 3
)

// lines is everything above the choices.
func (d *Rotate) lines() []string {
	p := d.plan()
	var lines []string
	if len(p.Targets) == 1 {
		lines = append(d.single(), d.callerLines(p.Targets[0])...)
	} else {
		lines = append(d.several(), d.targetLines(p)...)
	}
	lines = append(lines, d.changed()...)
	old := p.OldClients()
	if more := len(old) - maxOld; more > 0 {
		old = append(old[:maxOld], fmt.Sprintf("%d more clients need the old variable or are close to it.", more))
	}
	lines = append(lines, old...)
	return append(lines, "How long shall the old secret work beside the new one?")
}

func (d *Rotate) single() []string {
	c := d.cfg.Targets[0]
	lines := []string{About(c)}
	if c.Kind.Legacy() {
		lines = append(lines, "It becomes a CI token with the same name and id.")
	}
	return lines
}

func (d *Rotate) several() []string {
	legacy := 0
	for _, c := range d.cfg.Targets {
		if c.Kind.Legacy() {
			legacy++
		}
	}
	head := fmt.Sprintf("%d credentials", len(d.cfg.Targets))
	switch {
	case legacy == 1:
		head += ", 1 of them a legacy key that becomes a CI token"
	case legacy > 1:
		head += fmt.Sprintf(", %d of them legacy keys that become CI tokens", legacy)
	}
	return []string{head + ":"}
}

// waiting says why the callers are not known, or "".
func (d *Rotate) waiting() string {
	switch {
	case d.trouble != nil:
		return "Who uses the old secret is not known: " + d.trouble.Error() + ". You can rotate all the same."
	case d.asking() && len(d.cfg.Targets) == 1:
		return "asking who uses it…"
	case d.asking():
		return fmt.Sprintf("asking who uses them… %d of %d", len(d.usage), d.asked())
	}
	return ""
}

// callerLines is who uses the one target, the latest first.
func (d *Rotate) callerLines(t plan.Target) []string {
	if text := d.waiting(); text != "" {
		return []string{text}
	}
	list := t.Callers()
	version := 0
	if current := t.Credential.Newest(); current != nil {
		version = current.Version
	}
	if t.Unnamed() {
		return []string{fmt.Sprintf("Version %d was last used %s; the service does not say by whom.", version, d.cfg.Clock().Ago(t.Credential.Use.Last))}
	}
	if len(list) == 0 {
		return []string{fmt.Sprintf("Nobody has used version %d.", version)}
	}
	lines := []string{fmt.Sprintf("Version %d is used by:", version)}
	for i, c := range list {
		if i == maxCallers {
			lines = append(lines, fmt.Sprintf("  and %d more, the latest %s", len(list)-i, d.cfg.Clock().Ago(c.Last)))
			break
		}
		lines = append(lines, "  "+d.callerLine(c))
	}
	if t.Usage.Truncated {
		lines = append(lines, "  and others: the service names only the latest")
	}
	return lines
}

func (d *Rotate) callerLine(c models.Caller) string {
	ci := "not CI"
	if c.CI {
		ci = "CI"
	}
	c.CI = false
	times := "times"
	if c.Count == 1 {
		times = "time"
	}
	return fmt.Sprintf("%s, %s: last %s, %d %s", plan.Name(c), ci, d.cfg.Clock().Ago(c.Last), c.Count, times)
}

// targetLines names each of several targets with its latest caller.
func (d *Rotate) targetLines(p plan.Plan) []string {
	var lines []string
	for i, t := range p.Targets {
		if i == maxTargets {
			lines = append(lines, fmt.Sprintf("  and %d more", len(p.Targets)-i))
			break
		}
		lines = append(lines, "  "+Named(&t.Credential)+d.latest(t))
	}
	if text := d.waiting(); text != "" {
		return append(lines, text)
	}
	if rest := len(p.Targets) - d.asked(); rest > 0 {
		lines = append(lines, fmt.Sprintf("The service was not asked who uses the last %d.", rest))
	}
	return lines
}

func (d *Rotate) latest(t plan.Target) string {
	list := t.Callers()
	switch {
	case !t.Usage.Known:
		return ""
	case t.Unnamed():
		return ": last used " + d.cfg.Clock().Ago(t.Credential.Use.Last) + ", nobody says by whom"
	case len(list) == 0:
		return ": used by nobody"
	case len(list) == 1:
		return fmt.Sprintf(": %s, last %s", plan.Name(list[0]), d.cfg.Clock().Ago(list[0].Last))
	}
	return fmt.Sprintf(": %s and %d more, last %s", plan.Name(list[0]), len(list)-1, d.cfg.Clock().Ago(list[0].Last))
}

// changed says that what was asked about has changed: the service would refuse.
func (d *Rotate) changed() []string {
	var names []string
	by := ""
	for _, c := range d.cfg.Targets {
		if live := d.cfg.Live(c.ID); live != nil && live.Revision != c.Revision {
			names, by = append(names, Named(c)), live.ChangedBy
		}
	}
	if len(names) == 0 {
		return nil
	}
	if by == "" {
		by = "somebody"
	}
	return []string{fmt.Sprintf("%s has been changed by %s meanwhile: press esc and look again.", strings.Join(names[:min(len(names), 3)], ", "), by)}
}

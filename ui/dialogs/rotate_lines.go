package dialogs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"example.com/keyturn/ui/words"
)

// lines is everything above the choices.
func (d *Rotate) lines() []string {
	r := words.Rotate{Plan: d.plan(), Clock: d.cfg.Clock(), Waiting: d.waiting()}
	return append(slices.Concat(r.Lines(), d.changed(), d.cfg.First, r.OldClients()), words.WhichOverlap)
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

// maxChanged is how many of those that have changed are named.
const maxChanged = 3

// changed says that what was asked about has changed: the service would refuse.
func (d *Rotate) changed() []string {
	var names, by []string
	for _, c := range d.cfg.Targets {
		if live := d.cfg.Live(c.ID); live != nil && live.Revision != c.Revision {
			names, by = append(names, words.Named(c)), append(by, cmp.Or(live.ChangedBy, "somebody"))
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(by)
	have, who := "has", strings.Join(slices.Compact(by), " and ")
	if len(names) > 1 {
		have = "have"
	}
	if more := len(names) - maxChanged; more > 0 {
		names = append(names[:maxChanged], fmt.Sprintf("and %d more", more))
	}
	return []string{fmt.Sprintf("%s %s been changed by %s meanwhile: press esc and look again.", strings.Join(names, ", "), have, who)}
}

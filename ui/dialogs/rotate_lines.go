package dialogs

import (
	"fmt"
	"strings"

	"example.com/keyturn/ui/words"
)

// lines is everything above the choices.
func (d *Rotate) lines() []string {
	r := words.Rotate{Plan: d.plan(), Clock: d.cfg.Clock(), Waiting: d.waiting()}
	lines := append(r.Lines(), d.changed()...)
	if d.cfg.First != "" {
		lines = append(lines, d.cfg.First)
	}
	return append(append(lines, r.OldClients()...), words.WhichOverlap)
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

// changed says that what was asked about has changed: the service would refuse.
func (d *Rotate) changed() []string {
	var names []string
	by := ""
	for _, c := range d.cfg.Targets {
		if live := d.cfg.Live(c.ID); live != nil && live.Revision != c.Revision {
			names, by = append(names, words.Named(c)), live.ChangedBy
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

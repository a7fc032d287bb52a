package overview

import (
	"strings"

	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/screens/detail"
	"example.com/keyturn/ui/words"
)

// facts writes where the workspace stands.
func (s *Screen) facts(p *detail.Page) {
	w, clock := s.Book.Workspace, s.Clock()
	text, tone := words.Sunset(w.Sunset, clock)
	s.fact(p, "sunset", text, tone)
	text, tone = words.Downtime(w.Sunset, clock)
	s.fact(p, "downtime", text, tone)
	text, tone = words.LegacyLeft(w.Counts)
	s.fact(p, "legacy keys", text, tone)
	s.fact(p, "migration", s.progress(w.Counts), styles.Text)
	text, tone = words.Rotations(w.Counts.OpenRotations)
	s.fact(p, "rotations", text, tone)
	s.fact(p, "workspace", words.Size(w.Counts), styles.Text)
}

// fact writes one fact. What stands behind a colon explains it, and goes first where room is scarce.
func (s *Screen) fact(p *detail.Page, label, text string, tone styles.Tone) {
	if s.narrow() {
		if short, _, explained := strings.Cut(text, ": "); explained {
			text = short
		}
	}
	p.Fact(label, text, tone)
}

func (s *Screen) narrow() bool { return s.width < narrowBelow }

// progress draws how much of what was legacy has moved.
func (s *Screen) progress(c models.Counts) string {
	text, all := words.Migration(c), c.Migrated+c.Legacy()
	if s.narrow() || all == 0 {
		return text
	}
	return s.Styles.Symbols.Bar(c.Migrated, all, barWidth) + " " + text
}

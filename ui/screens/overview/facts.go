package overview

import (
	"fmt"
	"strings"

	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/detail"
	"example.com/keyturn/when"
)

// facts writes where the workspace stands.
func (s *Screen) facts(p *detail.Page) {
	w, clock := s.Book.Workspace, s.Clock()
	text, tone := sunset(w.Sunset, clock)
	s.fact(p, "sunset", text, tone)
	text, tone = downtime(w.Sunset, clock)
	s.fact(p, "downtime", text, tone)
	text, tone = legacyLeft(w.Counts)
	s.fact(p, "legacy keys", text, tone)
	s.fact(p, "migration", s.progress(w.Counts), styles.Text)
	text, tone = rotations(w.Counts.OpenRotations)
	s.fact(p, "rotations", text, tone)
	s.fact(p, "workspace", fmt.Sprintf("%s, %s, %s", cells.Plural(int64(w.Counts.Members), "member"),
		cells.Plural(int64(w.Counts.Seats), "seat"), cells.Plural(int64(w.Counts.CITokens), "CI token")), styles.Text)
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

func sunset(c models.Sunset, clock when.Clock) (string, styles.Tone) {
	switch phase, _ := c.Phase(clock.Now); {
	case phase == models.SunsetOver:
		return "over: legacy keys are refused for good since " + clock.Moment(c.End), styles.Danger
	case c.End.IsZero():
		return "no end date is set", styles.Muted
	case phase == models.BeforeSunset && !c.Start.IsZero():
		return fmt.Sprintf("begins %s, ends in %s: %s", clock.In(c.Start), cells.Plural(int64(clock.Days(c.End)), "day"), clock.Moment(c.End)), styles.Text
	}
	tone := styles.Text
	if clock.Days(c.End) <= 30 {
		tone = styles.Warning
	}
	return cells.Plural(int64(clock.Days(c.End)), "day") + " left: legacy keys end " + clock.Moment(c.End), tone
}

func downtime(c models.Sunset, clock when.Clock) (string, styles.Tone) {
	d := c.Next(clock.Now)
	phase, _ := c.Phase(clock.Now)
	switch {
	case d == nil || phase == models.SunsetOver:
		return "none planned", styles.Muted
	case d.Contains(clock.Now):
		return "now: legacy keys are refused; ends " + clock.In(d.End) + ": " + clock.Window(*d), styles.Danger
	}
	return clock.In(d.Start) + ": " + clock.Window(*d), styles.Warning
}

func legacyLeft(c models.Counts) (string, styles.Tone) {
	if c.Legacy() == 0 {
		return "none left: the migration is done", styles.OK
	}
	return fmt.Sprintf("%s left: %s used, %s unused, %s without an owner", cells.Count(int64(c.Legacy())),
		cells.Count(int64(c.LegacyUsed)), cells.Count(int64(c.LegacyUnused)), cells.Count(int64(c.LegacyNoOwner))), styles.Legacy
}

// progress draws how much of what was legacy has moved.
func (s *Screen) progress(c models.Counts) string {
	all := c.Migrated + c.Legacy()
	if all == 0 {
		return "nothing to move"
	}
	sym := s.Styles.Symbols
	full := barWidth * c.Migrated / all
	text := fmt.Sprintf("%s of %s moved (%d %%)", cells.Count(int64(c.Migrated)), cells.Count(int64(all)), 100*c.Migrated/all)
	if s.narrow() {
		return text
	}
	return strings.Repeat(sym.BarFull, full) + strings.Repeat(sym.BarEmpty, barWidth-full) + " " + text
}

func rotations(open int) (string, styles.Tone) {
	if open == 0 {
		return "none open", styles.Muted
	}
	return cells.Count(int64(open)) + " open", styles.Accent
}

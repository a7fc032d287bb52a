// Package words says what the console knows in sentences: where a workspace stands, what a question
// is about, what a step of a rotation does. The screen and the line mode say the same. It asks
// nobody, decides nothing and paints nothing.
package words

import (
	"fmt"

	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/when"
)

// Sunset says how long legacy keys still work, and how pressing that is.
func Sunset(c models.Sunset, clock when.Clock) (string, styles.Tone) {
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

// Downtime says when legacy keys are refused next, and how pressing that is.
func Downtime(c models.Sunset, clock when.Clock) (string, styles.Tone) {
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

// LegacyLeft says how many legacy keys there still are.
func LegacyLeft(c models.Counts) (string, styles.Tone) {
	if c.Legacy() == 0 {
		return "none left: the migration is done", styles.OK
	}
	return fmt.Sprintf("%s left: %s used, %s unused, %s without an owner", cells.Count(int64(c.Legacy())),
		cells.Count(int64(c.LegacyUsed)), cells.Count(int64(c.LegacyUnused)), cells.Count(int64(c.LegacyNoOwner))), styles.Legacy
}

// Migration says how much of what was legacy has moved.
func Migration(c models.Counts) string {
	all := c.Migrated + c.Legacy()
	if all == 0 {
		return "nothing to move"
	}
	return fmt.Sprintf("%s of %s moved (%d %%)", cells.Count(int64(c.Migrated)), cells.Count(int64(all)), 100*c.Migrated/all)
}

// Rotations says how many rotations are under way.
func Rotations(open int) (string, styles.Tone) {
	if open == 0 {
		return "none open", styles.Muted
	}
	return cells.Count(int64(open)) + " open", styles.Accent
}

// Size says how many members, seats and CI tokens there are.
func Size(c models.Counts) string {
	return fmt.Sprintf("%s, %s, %s", cells.Plural(int64(c.Members), "member"), cells.Plural(int64(c.Seats), "seat"), cells.Plural(int64(c.CITokens), "CI token"))
}

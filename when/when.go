// Package when puts moments and spans into words: how long ago, how long until, and when a window
// lies in local time and in UTC. It has no clock of its own; the zone is given too.
package when

import (
	"fmt"
	"time"

	"example.com/keyturn/models"
)

const day = 24 * time.Hour

// Clock is a moment and the zone in which people read it.
type Clock struct {
	Now  time.Time // as the service counts
	Zone *time.Location
	Long bool // units as whole words, for ears: "3 hours" instead of "3 h"
}

// Ago says how long ago a moment was: "now", "5 min ago", "3 h ago", "yesterday", or the date. The
// zero moment is "never".
func (c Clock) Ago(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	past := c.Now.Sub(t)
	switch {
	case past <= -time.Minute:
		return c.In(t)
	case past < time.Minute:
		return "now"
	case past < time.Hour:
		return c.count(past/time.Minute, minutes) + " ago"
	case past < day:
		return c.count(past/time.Hour, hours) + " ago"
	case c.date(t) == c.date(c.Now.In(c.zone()).AddDate(0, 0, -1)):
		return "yesterday"
	}
	return c.date(t)
}

// In says how long it is until a moment: "in 2 d 4 h", "in 3 h 5 min", "in 12 min", "in 45 s". A
// moment that has come is "now".
func (c Clock) In(t time.Time) string {
	left := t.Sub(c.Now)
	switch {
	case left <= 0:
		return "now"
	case left < time.Minute:
		return "in " + c.count((left+time.Second-1)/time.Second, seconds)
	case left < time.Hour:
		return "in " + c.count(left/time.Minute, minutes)
	case left < day:
		return "in " + c.join(left/time.Hour, hours, left%time.Hour/time.Minute, minutes)
	}
	return "in " + c.join(left/day, days, left%day/time.Hour, hours)
}

// unit is what spans are counted in.
type unit struct{ short, long string }

var (
	seconds = unit{"s", "second"}
	minutes = unit{"min", "minute"}
	hours   = unit{"h", "hour"}
	days    = unit{"d", "day"}
)

// count writes a number with its unit.
func (c Clock) count(n time.Duration, u unit) string {
	switch {
	case !c.Long:
		return fmt.Sprintf("%d %s", n, u.short)
	case n == 1:
		return "1 " + u.long
	}
	return fmt.Sprintf("%d %ss", n, u.long)
}

func (c Clock) join(large time.Duration, of unit, small time.Duration, lesser unit) string {
	if small == 0 {
		return c.count(large, of)
	}
	return c.count(large, of) + " " + c.count(small, lesser)
}

// Left is how long it is until a moment; 0 if there is none, or it has come.
func (c Clock) Left(t time.Time) time.Duration {
	if t.IsZero() {
		return 0
	}
	return max(0, t.Sub(c.Now))
}

// Days is how many days are left until a moment, begun ones counted whole, never below 0.
func (c Clock) Days(t time.Time) int {
	left := t.Sub(c.Now)
	if left <= 0 {
		return 0
	}
	return int((left + day - 1) / day)
}

// Stamp is a moment in local time to the minute, or "never".
func (c Clock) Stamp(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.In(c.zone()).Format("2006-01-02 15:04")
}

// Short is a moment in local time to the minute, with its date unless it is of today.
func (c Clock) Short(t time.Time) string {
	if c.date(t) == c.date(c.Now) {
		return t.In(c.zone()).Format("15:04")
	}
	return c.Stamp(t)
}

// Moment is a moment in local time and in UTC, each with its name.
func (c Clock) Moment(t time.Time) string {
	local, utc := t.In(c.zone()), t.UTC()
	if sameOffset(local) {
		return utc.Format("2006-01-02 15:04 UTC")
	}
	return local.Format("2006-01-02 15:04 MST") + ", " + short(utc, local) + " UTC"
}

// Window is a downtime in local time and in UTC: "2026-11-25 10:00-12:00 CET, 09:00-11:00 UTC". A
// date is repeated only where it differs.
func (c Clock) Window(d models.Downtime) string {
	start, end := d.Start.In(c.zone()), d.End.In(c.zone())
	utc := short(d.Start.UTC(), start) + "-" + short(d.End.UTC(), d.Start.UTC()) + " UTC"
	if sameOffset(start) && sameOffset(end) {
		return start.Format("2006-01-02 ") + utc
	}
	return start.Format("2006-01-02 15:04") + "-" + short(end, start) + end.Format(" MST") + ", " + utc
}

// short leaves out the date if it is the date of the moment said before.
func short(t, before time.Time) string {
	if t.Format(time.DateOnly) == before.Format(time.DateOnly) {
		return t.Format("15:04")
	}
	return t.Format("2006-01-02 15:04")
}

func sameOffset(t time.Time) bool {
	_, offset := t.Zone()
	return offset == 0
}

func (c Clock) date(t time.Time) string { return t.In(c.zone()).Format(time.DateOnly) }

func (c Clock) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

package models

import "time"

// Sunset is the calendar by which legacy keys end.
type Sunset struct {
	Start     time.Time // from here on legacy keys are flagged
	End       time.Time // from here on they are refused for good
	Downtimes []Downtime
	Source    string // where the dates were announced
}

// Downtime is a window in which legacy keys are refused on purpose: from Start, up to but not
// including End.
type Downtime struct {
	ID    string
	Start time.Time
	End   time.Time
	Note  string
}

// Contains reports whether at lies in the half-open window.
func (d Downtime) Contains(at time.Time) bool { return !at.Before(d.Start) && at.Before(d.End) }

// SunsetPhase is where a moment lies in the calendar.
type SunsetPhase string

// The phases of a sunset.
const (
	BeforeSunset SunsetPhase = "before"
	SunsetRuns   SunsetPhase = "running"
	InDowntime   SunsetPhase = "downtime"
	SunsetOver   SunsetPhase = "over"
)

// Phase says where at lies; in a downtime it also returns the window. A workspace without an end
// date is never past its sunset.
func (s Sunset) Phase(at time.Time) (SunsetPhase, *Downtime) {
	if !s.End.IsZero() && !at.Before(s.End) {
		return SunsetOver, nil
	}
	for i := range s.Downtimes {
		if s.Downtimes[i].Contains(at) {
			return InDowntime, &s.Downtimes[i]
		}
	}
	if s.Start.IsZero() || at.Before(s.Start) {
		return BeforeSunset, nil
	}
	return SunsetRuns, nil
}

// Next returns the downtime that runs at that moment or else the first one after it, or nil.
func (s Sunset) Next(at time.Time) *Downtime {
	var next *Downtime
	for i := range s.Downtimes {
		d := &s.Downtimes[i]
		if at.Before(d.End) && (next == nil || d.Start.Before(next.Start)) {
			next = d
		}
	}
	return next
}

// Upcoming returns every downtime that has not ended, in the calendar's order.
func (s Sunset) Upcoming(at time.Time) []Downtime {
	var up []Downtime
	for _, d := range s.Downtimes {
		if at.Before(d.End) {
			up = append(up, d)
		}
	}
	return up
}

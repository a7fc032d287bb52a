package models

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	noon     = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	calendar = Sunset{
		Start: noon,
		End:   noon.Add(100 * 24 * time.Hour),
		Downtimes: []Downtime{
			{ID: "second", Start: noon.Add(40 * 24 * time.Hour), End: noon.Add(41 * 24 * time.Hour)},
			{ID: "first", Start: noon.Add(10 * 24 * time.Hour), End: noon.Add(10*24*time.Hour + 4*time.Hour)},
			{ID: "early", Start: noon.Add(-3 * time.Hour), End: noon.Add(-2 * time.Hour)},
		},
	}
)

func TestSunsetPhase(t *testing.T) {
	first, second := calendar.Downtimes[1], calendar.Downtimes[0]
	tests := []struct {
		name   string
		at     time.Time
		want   SunsetPhase
		window string
		next   string
	}{
		{"long before", noon.Add(-24 * time.Hour), BeforeSunset, "", "early"},
		{"a downtime before the start", noon.Add(-150 * time.Minute), InDowntime, "early", "early"},
		{"just before the start", noon.Add(-time.Nanosecond), BeforeSunset, "", "first"},
		{"at the start", noon, SunsetRuns, "", "first"},
		{"just before a downtime", first.Start.Add(-1), SunsetRuns, "", "first"},
		{"at its first instant", first.Start, InDowntime, "first", "first"},
		{"at its last instant", first.End.Add(-1), InDowntime, "first", "first"},
		{"at its end", first.End, SunsetRuns, "", "second"},
		{"after the last downtime", second.End, SunsetRuns, "", ""},
		{"just before the end", calendar.End.Add(-1), SunsetRuns, "", ""},
		{"at the end", calendar.End, SunsetOver, "", ""},
		{"in another zone", first.Start.In(time.FixedZone("east", 9*3600)), InDowntime, "first", "first"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			phase, window := calendar.Phase(tt.at)
			if phase != tt.want || idOf(window) != tt.window {
				t.Errorf("phase %q in %q, want %q in %q", phase, idOf(window), tt.want, tt.window)
			}
			if next := calendar.Next(tt.at); idOf(next) != tt.next {
				t.Errorf("next downtime %q, want %q", idOf(next), tt.next)
			}
		})
	}
}

func idOf(d *Downtime) string {
	if d == nil {
		return ""
	}
	return d.ID
}

func TestSunsetWithoutDates(t *testing.T) {
	if phase, _ := (Sunset{}).Phase(noon); phase != BeforeSunset {
		t.Errorf("an empty calendar is %q", phase)
	}
	endless := Sunset{Start: noon}
	if phase, _ := endless.Phase(noon.AddDate(100, 0, 0)); phase != SunsetRuns {
		t.Errorf("a sunset without an end is %q after a hundred years", phase)
	}
}

func TestSunsetUpcoming(t *testing.T) {
	up := calendar.Upcoming(calendar.Downtimes[1].Start)
	if len(up) != 2 || up[0].ID != "second" || up[1].ID != "first" {
		t.Errorf("upcoming: %v", up)
	}
	if up := calendar.Upcoming(calendar.End); len(up) != 0 {
		t.Errorf("after everything: %v", up)
	}
}

// Whatever the calendar, the phase and the next window must not contradict each other.
func TestSunsetAgreesWithItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hours := func(name string) time.Time {
			return noon.Add(time.Duration(rapid.IntRange(-200, 200).Draw(t, name)) * time.Hour)
		}
		s := Sunset{Start: hours("start"), End: hours("end")}
		for range rapid.IntRange(0, 4).Draw(t, "downtimes") {
			start := hours("from")
			length := time.Duration(rapid.IntRange(1, 50).Draw(t, "length")) * time.Hour
			s.Downtimes = append(s.Downtimes, Downtime{Start: start, End: start.Add(length)})
		}
		at := hours("at")
		phase, window := s.Phase(at)
		if (phase == InDowntime) != (window != nil) {
			t.Fatalf("%q with window %v", phase, window)
		}
		if window != nil && !window.Contains(at) {
			t.Fatal("the window does not contain the moment")
		}
		if phase == SunsetOver && at.Before(s.End) || phase != SunsetOver && !at.Before(s.End) {
			t.Fatalf("%q at %s with the end at %s", phase, at, s.End)
		}
		next := s.Next(at)
		if (next == nil) != (len(s.Upcoming(at)) == 0) {
			t.Fatal("Next and Upcoming disagree")
		}
		if window != nil && next.Start.After(at) {
			t.Fatal("a downtime runs, but the next one lies ahead")
		}
	})
}

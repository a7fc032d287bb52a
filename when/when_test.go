package when_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
	"example.com/keyturn/when"
)

var (
	cet = time.FixedZone("CET", 3600)
	now = time.Date(2026, 3, 10, 0, 30, 0, 0, time.UTC) // 01:30 in CET
)

func TestAgo(t *testing.T) {
	cases := map[time.Duration]string{
		0: "now", 59 * time.Second: "now", time.Minute: "1 min ago", 59*time.Minute + 59*time.Second: "59 min ago",
		time.Hour: "1 h ago", 23*time.Hour + 59*time.Minute: "23 h ago",
		24 * time.Hour: "yesterday", 25*time.Hour + 29*time.Minute: "yesterday", 25*time.Hour + 31*time.Minute: "2026-03-08",
		400 * 24 * time.Hour: "2025-02-03", -30 * time.Second: "now", -5 * time.Minute: "in 5 min",
	}
	clock := when.Clock{Now: now, Zone: cet}
	for past, want := range cases {
		if got := clock.Ago(now.Add(-past)); got != want {
			t.Errorf("%s ago is %q, want %q", past, got, want)
		}
	}
	if got := clock.Ago(time.Time{}); got != "never" {
		t.Errorf("the zero moment is %q", got)
	}
}

func TestIn(t *testing.T) {
	cases := map[time.Duration]string{
		-time.Hour: "now", 0: "now", time.Millisecond: "in 1 s", 45 * time.Second: "in 45 s", time.Minute: "in 1 min",
		59*time.Minute + 59*time.Second: "in 59 min", time.Hour: "in 1 h", 3*time.Hour + 5*time.Minute: "in 3 h 5 min",
		24 * time.Hour: "in 1 d", 52 * time.Hour: "in 2 d 4 h", 52*time.Hour + 59*time.Minute: "in 2 d 4 h",
	}
	for left, want := range cases {
		if got := (when.Clock{Now: now}).In(now.Add(left)); got != want {
			t.Errorf("%s from now is %q, want %q", left, got, want)
		}
	}
}

func TestDaysNeverFallBelowZero(t *testing.T) {
	cases := map[time.Duration]int{-time.Hour: 0, 0: 0, time.Second: 1, 24 * time.Hour: 1, 24*time.Hour + 1: 2}
	for left, want := range cases {
		if got := (when.Clock{Now: now}).Days(now.Add(left)); got != want {
			t.Errorf("%s are %d days, want %d", left, got, want)
		}
	}
}

func TestAWindowIsToldInLocalTimeAndUTC(t *testing.T) {
	at := func(text string) time.Time {
		moment, err := time.Parse("2006-01-02 15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	cases := []struct {
		zone       *time.Location
		start, end string
		want       string
	}{
		{cet, "2026-11-25 09:00", "2026-11-25 11:00", "2026-11-25 10:00-12:00 CET, 09:00-11:00 UTC"},
		{cet, "2026-11-25 23:00", "2026-11-26 02:00", "2026-11-26 00:00-03:00 CET, 2026-11-25 23:00-2026-11-26 02:00 UTC"},
		{cet, "2026-11-25 22:00", "2026-11-25 23:30", "2026-11-25 23:00-2026-11-26 00:30 CET, 22:00-23:30 UTC"},
		{time.UTC, "2026-11-25 09:00", "2026-11-25 11:00", "2026-11-25 09:00-11:00 UTC"},
		{nil, "2026-11-25 23:00", "2026-11-26 01:00", "2026-11-25 23:00-2026-11-26 01:00 UTC"},
	}
	for _, one := range cases {
		d := models.Downtime{Start: at(one.start), End: at(one.end)}
		if got := (when.Clock{Now: now, Zone: one.zone}).Window(d); got != one.want {
			t.Errorf("%s to %s is %q, want %q", one.start, one.end, got, one.want)
		}
	}
}

func TestAMomentIsToldInLocalTimeAndUTC(t *testing.T) {
	end := time.Date(2027, 1, 31, 23, 30, 0, 0, time.UTC)
	if got, want := (when.Clock{Zone: cet}).Moment(end), "2027-02-01 00:30 CET, 2027-01-31 23:30 UTC"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := (when.Clock{}).Moment(end), "2027-01-31 23:30 UTC"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// However far away a moment is, its words are short enough for a column and never negative.
func TestWordsStayShort(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		far := int64(200 * 365 * 24 * time.Hour)
		at := now.Add(time.Duration(rapid.Int64Range(-far, far).Draw(r, "distance")))
		clock := when.Clock{Now: now, Zone: cet}
		for _, text := range []string{clock.Ago(at), clock.In(at)} {
			if len(text) > 16 || strings.HasPrefix(text, "in -") || strings.HasPrefix(text, "-") {
				r.Fatalf("%s reads %q", at, text)
			}
		}
	})
}

func TestLongUnitsAreForEars(t *testing.T) {
	clock := when.Clock{Now: time.Date(2026, 11, 23, 15, 4, 0, 0, time.UTC), Long: true}
	for span, want := range map[time.Duration]string{
		time.Second: "in 1 second", 45 * time.Second: "in 45 seconds", time.Minute: "in 1 minute",
		61 * time.Minute: "in 1 hour 1 minute", 52 * time.Hour: "in 2 days 4 hours", -5 * time.Minute: "5 minutes ago", -3 * time.Hour: "3 hours ago",
	} {
		got := clock.In(clock.Now.Add(span))
		if span < 0 {
			got = clock.Ago(clock.Now.Add(span))
		}
		if got != want {
			t.Errorf("%s from now: %q, want %q", span, got, want)
		}
	}
}

package store

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/night"
)

// TestDaysCountLikeAMap compares the packed column with a plain map of days.
func TestDaysCountLikeAMap(t *testing.T) {
	night.Check(t, func(t *rapid.T) {
		var d days
		want := map[int64]int64{}
		today := int64(20_000)
		for range rapid.IntRange(0, 40).Draw(t, "uses") {
			today += rapid.Int64Range(0, 20).Draw(t, "later")
			n := rapid.Int64Range(1, 5).Draw(t, "n")
			d = parseDays(d.add(today, n).String())
			want[today] += n
			if len(d.counts) > keptDays {
				t.Fatalf("%d days are kept", len(d.counts))
			}
		}
		var sum int64
		since := today - models.RecentDays + 1
		for day, n := range want {
			if day >= since {
				sum += n
			}
		}
		if got := countSince(d.String(), since); got != sum {
			t.Fatalf("%d recent uses, want %d (%s)", got, sum, d)
		}
	})
}

// Spreading neither invents uses nor loses recent ones.
func TestDaysSpread(t *testing.T) {
	night.Check(t, func(t *rapid.T) {
		const today = 20_000
		first := rapid.Int64Range(today-100, today).Draw(t, "first")
		last := rapid.Int64Range(first, today+2).Draw(t, "last")
		count := rapid.Int64Range(0, 10_000).Draw(t, "count")
		c := models.Caller{First: dayTime(first), Last: dayTime(last), Count: count}
		recent := countSince(days{}.spread(c, today).String(), today-models.RecentDays+1)
		if recent > count || recent < 0 {
			t.Fatalf("%d of %d uses are recent", recent, count)
		}
		if first >= today-models.RecentDays+1 && recent != count {
			t.Fatalf("all %d uses are recent, but %d are counted", count, recent)
		}
		if last < today-keptDays && recent != 0 {
			t.Fatalf("%d uses of long ago are recent", recent)
		}
	})
}

func dayTime(day int64) time.Time { return time.Unix(day*24*3600, 0).UTC() }

func TestDaysReadAnything(t *testing.T) {
	for _, s := range []string{"", ";", "x;1", "5;", "5;a", "5;1,,2", "5", "99999999999999999999;1"} {
		if d := parseDays(s); len(d.counts) != 0 {
			t.Errorf("%q was read as %v", s, d)
		}
		if n := countSince(s, 0); n != 0 {
			t.Errorf("%q counts %d", s, n)
		}
	}
	const written = "20000;1,0,3"
	if got := parseDays(written).String(); got != written {
		t.Errorf("%q was read and written as %q", written, got)
	}
}

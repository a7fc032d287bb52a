package cells_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/when"
)

func TestCount(t *testing.T) {
	cases := map[int64]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 12_345: "12,345", 1_234_567: "1,234,567", -1234: "-1,234"}
	for n, want := range cases {
		if got := cells.Count(n); got != want {
			t.Errorf("%d reads %q, want %q", n, got, want)
		}
	}
	if got := cells.Plural(1, "key") + ", " + cells.Plural(2000, "key"); got != "1 key, 2,000 keys" {
		t.Errorf("got %q", got)
	}
}

// Before orders as lower case does, and contradicts itself nowhere.
func TestBeforeIsAnOrder(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-cA-CäÄ]{0,4}`))
	rapid.Check(t, func(r *rapid.T) {
		a, b := text.Draw(r, "a"), text.Draw(r, "b")
		if cells.Before(a, b) && cells.Before(b, a) {
			r.Fatalf("%q and %q are before each other", a, b)
		}
		same := !cells.Before(a, b) && !cells.Before(b, a)
		if want := lower(a) == lower(b); same != want {
			r.Fatalf("%q and %q: equal is %v, want %v", a, b, same, want)
		}
		if !same && cells.Before(a, b) != (strings.Compare(lower(a), lower(b)) < 0) {
			r.Fatalf("%q and %q stand in the wrong order", a, b)
		}
	})
}

// lower is the rune by rune lower case, without the rules for the ends of words.
func lower(s string) string {
	return strings.Map(func(r rune) rune { return []rune(strings.ToLower(string(r)))[0] }, s)
}

func TestStatesAreWords(t *testing.T) {
	cases := map[models.CredentialState]styles.Tone{models.Active: styles.OK, models.Paused: styles.Warning, models.Revoked: styles.Muted}
	for state, tone := range cases {
		if got := cells.State(&models.Credential{State: state}); got.Text != string(state) || got.Tone != tone {
			t.Errorf("%s reads %+v", state, got)
		}
	}
}

func TestARotationSaysWhereItStands(t *testing.T) {
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	cases := map[models.RotationState]string{
		models.RotationPending: "waiting for first use", models.RotationRetiring: "old ends in 23 h 30 min",
		models.RotationDone: "", models.RotationCancelled: "", models.RotationRolledBack: "",
	}
	for state, want := range cases {
		c := &models.Credential{Rotation: &models.Rotation{State: state, GraceEnds: now.Add(23*time.Hour + 30*time.Minute)}}
		if got := cells.Rotation(c, when.Clock{Now: now}).Text; got != want {
			t.Errorf("%s reads %q, want %q", state, got, want)
		}
	}
	if got := cells.Rotation(&models.Credential{}, when.Clock{Now: now}).Text; got != "" {
		t.Errorf("no rotation reads %q", got)
	}
}

func TestACallerIsNamedByWhatIsKnown(t *testing.T) {
	cases := []struct {
		client, version, host string
		ci                    bool
		want                  string
	}{
		{"lstk", "1.4.0", "runner-7", true, "lstk 1.4.0 on runner-7 (CI)"},
		{"lstk", "", "", false, "lstk"},
		{"", "", "runner-7", false, "on runner-7"},
		{"", "", "", false, ""},
	}
	for _, one := range cases {
		if got := cells.Caller(one.client, one.version, one.host, one.ci); got != one.want {
			t.Errorf("got %q, want %q", got, one.want)
		}
	}
}

package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/plan"
)

var now = time.Date(2026, 11, 23, 15, 4, 0, 0, time.UTC)

// plain is a clock whose words are easy to compare.
type plain struct{}

func (plain) Moment(t time.Time) string       { return t.UTC().Format("01-02 15:04") }
func (plain) Ago(t time.Time) string          { return now.Sub(t).String() }
func (plain) Window(d models.Downtime) string { return d.ID }

func credential(kind models.Kind) models.Credential {
	return models.Credential{
		ID: "crd_1", Kind: kind, Name: "deploy", State: models.Active,
		Secrets: []models.SecretVersion{{Version: 1, State: models.SecretRevoked}, {Version: 3, Kind: kind, State: models.SecretCurrent}},
	}
}

func caller(version int, client, number, host string, ago time.Duration) models.Caller {
	return models.Caller{SecretVersion: version, Client: client, ClientVersion: number, Host: host, CI: true, Last: now.Add(-ago)}
}

func planFor(kind models.Kind, callers ...models.Caller) plan.Plan {
	return plan.Plan{
		Targets: []plan.Target{{Credential: credential(kind), Usage: plan.Usage{Known: true, Callers: callers}}},
		Now:     now, Clock: plain{},
	}
}

func says(t *testing.T, lines []string, want ...string) {
	t.Helper()
	if !slices.Equal(lines, want) {
		t.Errorf("it says\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

func TestEachOverlapSaysWhatHappensToWhomAndWhen(t *testing.T) {
	p := planFor(models.CIToken, caller(3, "lstk", "1.4.0", "r1", time.Hour), caller(1, "lstk", "1.0.0", "gone", time.Minute))
	tests := map[string][]string{
		"first-use+24h": {
			"Both work from now on. Version 3 ends 24 h after the first use of version 4, or after somebody confirms it, and never before.",
			"Refused then, if they have not switched: lstk 1.4.0 on r1 (CI).",
		},
		"first-use+0h": {
			"Both work from now on. Version 3 ends at the first use of version 4, or when somebody confirms it, and never before.",
			"Refused then, if they have not switched: lstk 1.4.0 on r1 (CI).",
		},
		"72h": {
			"Both work from now on. Version 3 ends 11-26 15:04; if version 4 has been neither used nor confirmed by then, version 3 goes on until it is.",
			"Refused then, if they have not switched: lstk 1.4.0 on r1 (CI).",
		},
		"none": {
			"Version 3 ends at once; only version 4 works.",
			"Refused from now on, until they have version 4: lstk 1.4.0 on r1 (CI).",
		},
	}
	for text, want := range tests {
		o, err := models.ParseOverlap(text)
		if err != nil {
			t.Fatal(err)
		}
		says(t, p.Outcome(o), want...)
	}
}

// What a fixed overlap says is what the rotation then does.
func TestTheEndThatIsSaidIsTheEndThatComes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		grace := time.Duration(rapid.Int64Range(1, int64(models.MaxGrace/time.Minute)).Draw(r, "grace")) * time.Minute
		used := time.Duration(rapid.Int64Range(0, int64(2*models.MaxGrace/time.Minute)).Draw(r, "used")) * time.Minute
		o := models.Overlap{Mode: models.OverlapFixed, Grace: grace}
		rot := models.Rotation{State: models.RotationPending, Overlap: o, StartedAt: now}
		after, err := rot.Advance(models.StepFirstUse, models.StepInput{At: now.Add(used)})
		if err != nil {
			r.Fatal(err)
		}
		said := now.Add(grace)
		if used > grace {
			said = now.Add(used) // "goes on until it is"
		} else if line := planFor(models.CIToken).Outcome(o)[0]; !strings.Contains(line, "ends "+plain{}.Moment(said)+";") {
			r.Fatalf("%s is said as %q", grace, line)
		}
		if !after.GraceEnds.Equal(said) {
			r.Fatalf("grace %s, used after %s: it ends %s, said was %s", grace, used, after.GraceEnds, said)
		}
	})
}

func TestWhoIsRefused(t *testing.T) {
	many := make([]models.Caller, 5)
	for i := range many {
		many[i] = caller(3, "lstk", "1.4.0", fmt.Sprint("r", i), time.Duration(5-i)*time.Hour)
	}
	tests := []struct {
		name  string
		usage plan.Usage
		want  string
	}{
		{"nobody", plan.Usage{Known: true}, "nobody that is known"},
		{"not known", plan.Usage{}, "whoever still uses it"},
		{"the latest first", plan.Usage{Known: true, Callers: many}, "lstk 1.4.0 on r4 (CI), lstk 1.4.0 on r3 (CI), lstk 1.4.0 on r2 (CI) and 2 more"},
		{"truncated", plan.Usage{Known: true, Truncated: true, Callers: many[:2]}, "lstk 1.4.0 on r1 (CI), lstk 1.4.0 on r0 (CI), perhaps others"},
		{"many and truncated", plan.Usage{Known: true, Truncated: true, Callers: many}, "lstk 1.4.0 on r4 (CI), lstk 1.4.0 on r3 (CI), lstk 1.4.0 on r2 (CI) and 2 more that are known, perhaps others"},
		{"without a name", plan.Usage{Known: true, Callers: []models.Caller{{SecretVersion: 3, Host: "r1"}}}, "an unnamed client on r1"},
	}
	for _, tt := range tests {
		p := planFor(models.CIToken)
		p.Targets[0].Usage = tt.usage
		if got := p.Outcome(models.DefaultOverlap)[1]; got != "Refused then, if they have not switched: "+tt.want+"." {
			t.Errorf("%s: %q", tt.name, got)
		}
	}
}

// Of an imported key the service may know when it was used, and not by whom.
func TestUsedByNobodyKnowsWhomIsNotNobody(t *testing.T) {
	p := planFor(models.CIToken, caller(1, "lstk", "1.0.0", "gone", time.Minute))
	c := &p.Targets[0].Credential
	c.Secrets[1].CreatedAt = now.Add(-time.Hour)
	c.Use.Last = now.Add(-time.Minute)
	if !p.Targets[0].Unnamed() {
		t.Error("a use after the secret was made is a use of it")
	}
	says(t, p.Outcome(models.DefaultOverlap)[1:], "Refused then, if they have not switched: whoever still uses it.")
	c.Use.Last = now.Add(-2 * time.Hour)
	says(t, p.Outcome(models.DefaultOverlap)[1:], "Refused then, if they have not switched: nobody that is known.")
}

func TestALegacyKeyIsRefusedByTheCalendarAllTheSame(t *testing.T) {
	downtime := models.Downtime{ID: "DT", Start: now.Add(48 * time.Hour), End: now.Add(50 * time.Hour)}
	sunset := models.Sunset{Start: now.Add(-time.Hour), End: now.Add(240 * time.Hour), Downtimes: []models.Downtime{downtime}}
	fixed := func(h int) models.Overlap {
		return models.Overlap{Mode: models.OverlapFixed, Grace: time.Duration(h) * time.Hour}
	}
	tests := []struct {
		name    string
		at      time.Duration
		overlap models.Overlap
		want    string
	}{
		{"it may last past everything", 0, models.DefaultOverlap, "The old legacy key is refused in the downtime DT, and for good from 12-03 15:04 on, whatever you choose. The new token is not."},
		{"it ends before the downtime", 0, fixed(48), ""},
		{"it ends before the sunset does", 0, fixed(49), "The old legacy key is refused in the downtime DT, whatever you choose. The new token is not."},
		{"in the downtime", 49 * time.Hour, fixed(1), "The old legacy key is refused now, in the downtime DT, whatever you choose. The new token is not."},
		{"after the sunset", 240 * time.Hour, fixed(1), "The old legacy key is refused already: the sunset is over. The new token is not."},
		{"it ends at once", 0, models.Overlap{Mode: models.OverlapNone}, ""},
	}
	for _, tt := range tests {
		p := planFor(models.LegacyCIKey)
		p.Sunset, p.Now = sunset, now.Add(tt.at)
		var want []string
		if tt.want != "" {
			want = []string{tt.want}
		}
		t.Run(tt.name, func(t *testing.T) { says(t, p.Outcome(tt.overlap)[2:], want...) })
		p.Targets[0].Credential.Kind = models.CIToken
		if got := p.Outcome(tt.overlap); len(got) != 2 {
			t.Errorf("%s: of a CI token it says %q", tt.name, got)
		}
	}
}

func TestSeveralAndPausedOnes(t *testing.T) {
	p := planFor(models.CIToken, caller(3, "lstk", "1.4.0", "r1", time.Hour))
	p.Targets[0].Credential.State = models.Paused
	says(t, p.Outcome(models.DefaultOverlap)[2:], "It is paused: neither secret works until it is resumed.")
	p.Targets = append(p.Targets, plan.Target{Credential: credential(models.CIToken), Usage: plan.Usage{Known: true}})
	says(t, p.Outcome(models.Overlap{Mode: models.OverlapFixed, Grace: 7 * 24 * time.Hour}),
		"Both work from now on. Each old secret ends 11-30 15:04; if its new one has been neither used nor confirmed by then, the old one goes on until it is.",
		"Refused then, if they have not switched: lstk 1.4.0 on r1 (CI).",
		"1 of them is paused: neither of its secrets works until it is resumed.")
}

func TestOldClientsArePointedOut(t *testing.T) {
	p := planFor(models.LegacyCIKey,
		caller(3, "localstack-cli", "2.3.2", "r1", time.Minute), caller(3, "localstack-cli", "2.1.0", "r2", 2*time.Minute),
		caller(3, "localstack-cli", "2.1.0", "r3", 3*time.Minute), caller(3, "localstack", "1.4", "r9", time.Hour),
		caller(3, "lstk", "0.9.2", "r5", time.Hour), caller(1, "localstack", "0.1", "r6", time.Hour))
	says(t, p.OldClients(),
		"localstack-cli 2.1.0 on r2 (CI) and 1 other host does not know LOCALSTACK_AUTH_TOKEN: put the new token into LOCALSTACK_API_KEY there.",
		"localstack 1.4 on r9 (CI) does not know LOCALSTACK_AUTH_TOKEN: put the new token into LOCALSTACK_API_KEY there.",
		"localstack-cli 2.3.2 on r1 (CI) reads LOCALSTACK_AUTH_TOKEN, though that is documented only from 3.0 on.")
}

func TestSpans(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"24 h": 24 * time.Hour, "72 h": 72 * time.Hour, "7 days": 7 * 24 * time.Hour, "90 min": 90 * time.Minute, "36 h": 36 * time.Hour, "1m30s": 90 * time.Second,
	} {
		if got := plan.Span(d); got != want {
			t.Errorf("%s is %q", d, got)
		}
	}
}

package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

func TestUseIsCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	first := w.read(c.ID, 0)
	for range 3 {
		w.accepted(first)
		w.clock.advance(time.Hour)
	}
	w.rotate(c.ID, firstUse)
	w.activate(policy.Activation{Secret: w.read(c.ID, 0), Client: "lstk", Version: "1.2", Host: "desk"})
	want := models.Use{Last: newYear.Add(3 * time.Hour), Count: 4, Recent: 4, Client: "lstk", Version: "1.2", Host: "desk"}
	if got := w.get(c.ID).Use; got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	callers, truncated, err := w.svc.Usage(ctx, w.admin, c.ID)
	w.must(err)
	wantCallers := []models.Caller{
		{SecretVersion: 2, Client: "lstk", ClientVersion: "1.2", Host: "desk", First: newYear.Add(3 * time.Hour), Last: newYear.Add(3 * time.Hour), Count: 1},
		{SecretVersion: 1, Client: "localstack", ClientVersion: "4.0", Host: "build-7", CI: true, First: newYear, Last: newYear.Add(2 * time.Hour), Count: 3},
	}
	if truncated || len(callers) != 2 || callers[0] != wantCallers[0] || callers[1] != wantCallers[1] {
		t.Errorf("callers %+v, want %+v", callers, wantCallers)
	}
	w.clock.advance(models.RecentDays * 24 * time.Hour)
	if got := w.get(c.ID).Use; got.Recent != 0 || got.Count != 4 {
		t.Errorf("a month later %d of %d are recent", got.Recent, got.Count)
	}
}

// A fleet of build agents with random names must not fill the database.
func TestCallersAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	s := w.read(c.ID, 0)
	for i := range 210 {
		w.activate(policy.Activation{Secret: s, CI: true, Client: "localstack", Host: fmt.Sprintf("agent-%d", i)})
	}
	w.activate(policy.Activation{Secret: s, CI: true, Client: "localstack", Host: "agent-5"})
	callers, _, err := w.svc.Usage(ctx, w.admin, c.ID)
	w.must(err)
	var sum, others, known int64
	for _, u := range callers {
		sum += u.Count
		switch {
		case u.Client == "other":
			others = u.Count
		case u.Host == "agent-5":
			known = u.Count
		}
	}
	if others != 11 || known != 2 || sum != 211 || len(callers) != 200 {
		t.Errorf("%d callers with %d uses: %d by others, %d by a known one", len(callers), sum, others, known)
	}
	if got := w.get(c.ID).Use; got.Count != 211 || got.Host != "agent-5" {
		t.Errorf("counted %+v", got)
	}
}

// What a client says about itself is a stranger's text: it is cut, never refused.
func TestFactsAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	w.activate(policy.Activation{Secret: w.read(c.ID, 0), Client: strings.Repeat("é", 200), Host: "h" + strings.Repeat("界", 200)})
	use := w.get(c.ID).Use
	if use.Client != strings.Repeat("é", 127) || use.Host != "h"+strings.Repeat("界", 84) {
		t.Errorf("kept %d and %d bytes: %q", len(use.Client), len(use.Host), use.Client)
	}
}

// A pipeline in a loop leaves one event a day and host, but every refusal is counted.
func TestRefusalsInCI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bob := w.join("bob@example.com", true)
	s := w.tokenOf("bob@example.com")
	refuse := func(host string) {
		t.Helper()
		out := w.activate(policy.Activation{Secret: s, CI: true, Client: "localstack", Host: host})
		if out.Verdict.Refusal != models.RefusedInCI {
			t.Fatalf("answered %+v", out.Verdict)
		}
	}
	for range 3 {
		refuse("build-1")
	}
	refuse("build-2")
	w.clock.advance(24 * time.Hour)
	refuse("build-1")
	count := 0
	for _, e := range w.events(w.admin, bob.Token) {
		if e.Action == models.EventRefusedInCI {
			count++
		}
	}
	got := w.get(bob.Token)
	if count != 3 || got.RefusedCI.Count != 5 || got.RefusedCI.Host != "build-1" || got.Use.Used() {
		t.Errorf("%d events, %+v", count, got.RefusedCI)
	}
}

func TestUnknownSecretsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, err := w.svc.Changes(ctx, w.admin, -1, 0)
	w.must(err)
	for _, value := range []string{"", "x", "lstest-AAAAAAAA-AAAA-AAAA-AAAA-AAAAAAAAAAAA", "legacy1234", "\x00"} {
		w.rejected(models.NewSecret(value), models.RefusedUnknown)
	}
	after, err := w.svc.Changes(ctx, w.admin, -1, 0)
	w.must(err)
	if after.Position != before.Position {
		t.Error("an unknown secret changed the workspace")
	}
}

// A paused credential keeps what it has: nothing is counted, the rotation waits.
func TestPausedCredentialsWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	w.rotate(c.ID, firstUse)
	w.must(w.change(w.admin, c.ID, (*policy.Tx).Pause))
	w.rejected(w.read(c.ID, 2), models.RefusedPaused)
	if got := w.get(c.ID); got.Rotation.State != models.RotationPending || got.Use.Used() {
		t.Errorf("it is now %+v", got)
	}
	w.must(w.change(w.admin, c.ID, (*policy.Tx).Resume))
	w.accepted(w.read(c.ID, 2))
	if got := w.get(c.ID).Rotation.State; got != models.RotationRetiring {
		t.Errorf("after its first use the rotation stands at %s", got)
	}
}

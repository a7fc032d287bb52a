package server_test

import (
	"crypto/rand"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server"
	"example.com/keyturn/server/policy"
)

func TestOneRotationThroughThreeServices(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	a, b, d := c.start(), c.start(), c.start()
	token := a.create("deploy")
	old := b.secret(token.ID, 1)
	if got := d.activate(old); got != "" {
		t.Fatalf("made on one, refused on another with %s", got)
	}
	b.rotate(token.ID)
	fresh := a.secret(token.ID, 2)
	// The first uses come in on all three at the same moment; only one of them is the first.
	var wg sync.WaitGroup
	for _, m := range []*machine{a, b, d} {
		wg.Go(func() {
			if got := m.activate(fresh); got != "" {
				t.Errorf("the new secret is refused with %s", got)
			}
		})
	}
	wg.Wait()
	if n := c.count(a, token.ID, models.EventFirstUse); n != 1 {
		t.Errorf("%d first uses", n)
	}
	if got := d.get(token.ID).Rotation; got.State != models.RotationRetiring {
		t.Errorf("the rotation stands at %+v", got)
	}
	c.advance(models.DefaultGrace)
	for _, m := range []*machine{a, b, d} {
		if got := m.activate(old); got != models.RefusedUnknown {
			t.Errorf("after its grace the old secret is answered %q", got)
		}
	}
	c.eventually("the grace ends", func() bool { return a.get(token.ID).Rotation.State == models.RotationDone })
	if n := c.count(a, token.ID, models.EventOldEnded); n != 1 {
		t.Errorf("the grace ended %d times", n)
	}
}

func TestRevokedHereIsRefusedThereAtOnce(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	a, b := c.start(), c.start()
	for i := range 20 {
		token := a.create("deploy " + string(rune('a'+i)))
		s := b.secret(token.ID, 1)
		for range 3 {
			if got := b.activate(s); got != "" {
				t.Fatalf("refused with %s", got)
			}
		}
		a.do(func(tx *policy.Tx) error {
			_, err := tx.Revoke(models.ChangeRequest{Credential: token.ID, Seen: token.Revision, Reason: "leaked"})
			return err
		})
		if got := b.activate(s); got != models.RefusedUnknown {
			t.Fatalf("revoked on one, answered %q on another", got)
		}
	}
}

func TestARepeatGetsItsAnswerFromAnotherService(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	a, b := c.start(), c.start()
	make1 := func(tx *policy.Tx) error {
		_, err := tx.CreateCIToken("deploy")
		return err
	}
	replayed, err := a.change("the-key", make1)
	if err != nil || replayed {
		t.Fatal(replayed, err)
	}
	a.stop()
	replayed, err = b.change("the-key", make1)
	if err != nil || !replayed {
		t.Errorf("the repeat was %v, replayed %v", err, replayed)
	}
}

func TestWhoWaitsForChangesHearsOfThoseElsewhere(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	a, b := c.start(), c.start()
	start, err := b.Service().Changes(t.Context(), c.admin, -1, 0)
	c.must(err)
	heard := make(chan models.Changes, 1)
	go func() {
		got, err := b.Service().Changes(t.Context(), c.admin, start.Position, 20*time.Second)
		if err != nil {
			t.Error(err)
		}
		heard <- got
	}()
	token := a.create("deploy")
	select {
	case got := <-heard:
		if len(got.Credentials) != 1 || got.Credentials[0].ID != token.ID {
			t.Errorf("heard of %+v", got)
		}
	case <-time.After(10 * time.Second):
		t.Error("nothing was heard")
	}
}

// The service with the duty to end graces goes without a word; another one takes over.
func TestTheDutyMovesOn(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	services := []*machine{c.start(), c.start(), c.start()}
	for range 2 {
		m := services[0]
		token := m.create("deploy " + rand.Text())
		m.rotate(token.ID)
		m.activate(m.secret(token.ID, 2))
		c.advance(models.DefaultGrace)
		c.eventually("a grace ends", func() bool { return m.get(token.ID).Rotation.State == models.RotationDone })
		if n := c.count(m, token.ID, models.EventOldEnded); n != 1 {
			t.Errorf("the grace ended %d times", n)
		}
		c.killDuty()
	}
	services[0].stop()
	m := services[1]
	token := m.create("the last")
	m.rotate(token.ID)
	m.activate(m.secret(token.ID, 2))
	c.advance(models.DefaultGrace)
	c.eventually("a grace ends after a service has stopped", func() bool { return m.get(token.ID).Rotation.State == models.RotationDone })
}

func TestAnotherKeyIsRefused(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.start()
	dir := filepath.Join(t.TempDir(), "data")
	for _, code := range []string{"no-key", "wrong-key"} {
		_, err := server.Open(t.Context(), server.Config{Dir: dir, Database: c.database})
		var e *models.Error
		if !errors.As(err, &e) || e.Code != code || !strings.Contains(e.Error()+e.Fix, "workspace.key") {
			t.Errorf("opened, or refused otherwise than as %s: %v", code, err)
		}
		if _, err := os.Stat(filepath.Join(dir, "workspace.key")); code == "no-key" && err == nil {
			t.Error("a key was made that fits nothing")
		}
		c.must(os.WriteFile(filepath.Join(dir, "workspace.key"), []byte(strings.Repeat("ab", 32)+"\n"), 0o600))
	}
}

// Services that are started at the same moment on an empty database make one workspace, and one of them
// leaves the admin's token.
func TestServicesStartTogether(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	const n = 3
	opened := make([]*server.Server, n)
	var wg sync.WaitGroup
	for i := range n {
		dir := filepath.Join(t.TempDir(), "data")
		wg.Go(func() {
			s, err := server.Open(t.Context(), server.Config{Dir: dir, Database: c.database, KeyFile: c.key})
			if err != nil {
				t.Error(err)
				return
			}
			opened[i] = s
		})
	}
	wg.Wait()
	tokens := 0
	for _, s := range opened {
		if s == nil {
			continue
		}
		if s.FirstRun() != "" {
			tokens++
		}
		c.must(s.Close())
	}
	if tokens != 1 {
		t.Errorf("%d services left an admin's token", tokens)
	}
}

// A database that went away is no fault of ours: who asks is told to come again, and can.
func TestADatabaseThatGoesAwayComesBack(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	m := c.start()
	token := m.create("deploy")
	c.killAll()
	ask := func() (status int, retry string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, m.url+"/v1/workspace", nil)
		c.must(err)
		r.Header.Set("Authorization", "Bearer lstest-nobody")
		answer, err := http.DefaultClient.Do(r)
		c.must(err)
		c.must(answer.Body.Close())
		return answer.StatusCode, answer.Header.Get("Retry-After")
	}
	for range 20 {
		c.killAll()
		switch status, retry := ask(); {
		case status == http.StatusServiceUnavailable && retry == "":
			t.Error("it does not say when to come again")
		case status != http.StatusServiceUnavailable && status != http.StatusUnauthorized:
			t.Errorf("answered %d", status)
		}
	}
	c.eventually("the service finds its database again", func() bool {
		status, _ := ask()
		return status == http.StatusUnauthorized
	})
	c.eventually("it changes things again", func() bool {
		_, err := m.change(rand.Text(), func(tx *policy.Tx) error {
			_, _, err := tx.Rotate(models.RotateRequest{Credential: token.ID, Seen: token.Revision, Overlap: models.DefaultOverlap})
			return err
		})
		return err == nil
	})
	if got := m.get(token.ID); got.OpenRotation() == nil || len(got.Secrets) != 2 {
		t.Errorf("it is now %+v", got)
	}
}

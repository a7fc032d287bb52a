package proof_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/rotation"
)

// rounds says how many consoles rotate at once, and how often.
var rounds = []struct{ consoles, times int }{{2, 16}, {10, 6}, {50, 2}}

// Block D: many consoles that saw the same rotate one credential at the same moment. One wins, and every
// other one is told who did, when and from where.
func TestOneOfManyConsolesWins(t *testing.T) {
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			s := start(t, database)
			urls := []string{s.url}
			if database == onPostgres {
				urls = append(urls, s.another().url)
			}
			admins := s.admins(5)
			for _, round := range rounds {
				answers := &tally{}
				times := round.times * night.Seeds(t)
				for n := range times {
					r := s.race(fmt.Sprintf("d %d %d", round.consoles, n), urls, admins, round.consoles, answers)
					s.supersededOnce(r, urls, admins, round.consoles, answers)
				}
				t.Logf("block D on %s: %d consoles, %d rounds of rotate and as many of supersede: %s", database, round.consoles, times, answers)
			}
		})
	}
}

// admin is somebody with a name and a token.
type admin struct {
	name  string
	token models.Secret
}

// admins makes members who may rotate.
func (s *stand) admins(n int) []admin {
	s.Helper()
	var all []admin
	for i := range n {
		name := fmt.Sprintf("Admin %d", i)
		email := fmt.Sprintf("admin%d@example.com", i)
		s.load(models.Inventory{Members: []models.InventoryMember{{Email: email, Name: name, Role: models.RoleAdmin, Seat: true}}})
		token := s.find(models.PersonalToken, func(c models.Credential) bool { return c.Owner != nil && c.Owner.Email == email })
		value, err := s.admin.Secret(s.Context(), token.ID, 0)
		must(s, err)
		all = append(all, admin{name: name, token: value})
	}
	return all
}

// outcome is what one console was told.
type outcome struct {
	by  string
	r   models.Rotation
	err error
}

// atOnce has every console ask for the same at the same moment, each with a key of its own.
func (s *stand) atOnce(urls []string, admins []admin, consoles int, req models.RotateRequest) []outcome {
	s.Helper()
	told := make([]outcome, consoles)
	gate := make(chan struct{})
	var ready, over sync.WaitGroup
	for i := range told {
		who := admins[i%len(admins)]
		client := newClient(s.TB, urls[i%len(urls)], who.token, time.Minute)
		ready.Add(1)
		over.Go(func() {
			defer client.Close()
			_, warm := client.Health(s.Context())
			engine, req := rotation.New(client), req
			req.Key = engine.NewKey()
			ready.Done()
			<-gate
			r, _, err := engine.Start(s.Context(), req)
			told[i] = outcome{by: who.name, r: r, err: errors.Join(warm, err)}
		})
	}
	ready.Wait()
	close(gate)
	over.Wait()
	return told
}

// race lets consoles rotate at once, and returns the rotation that won.
func (s *stand) race(name string, urls []string, admins []admin, consoles int, answers *tally) models.Rotation {
	s.Helper()
	c := s.token1(name)
	w := newWitness()
	must(s, w.hold(s.Context(), s.admin, c.ID))
	from := time.Now()
	told := s.atOnce(urls, admins, consoles, models.RotateRequest{Credential: c.ID, Seen: c.Revision, Overlap: models.DefaultOverlap})
	return s.oneWon(told, w, from, answers)
}

// supersededOnce lets them all supersede it at once: again one wins.
func (s *stand) supersededOnce(r models.Rotation, urls []string, admins []admin, consoles int, answers *tally) {
	s.Helper()
	c, err := s.admin.Credential(s.Context(), r.Credential)
	must(s, err)
	w := newWitness()
	must(s, w.hold(s.Context(), s.admin, c.ID))
	from := time.Now()
	told := s.atOnce(urls, admins, consoles, models.RotateRequest{Credential: c.ID, Seen: c.Revision, Overlap: models.DefaultOverlap, Supersedes: r.ID})
	if next := s.oneWon(told, w, from, answers); next.NewVersion != r.NewVersion+1 {
		s.Errorf("version %d was superseded by version %d", r.NewVersion, next.NewVersion)
	}
}

func (s *stand) oneWon(told []outcome, w *witness, from time.Time, answers *tally) models.Rotation {
	s.Helper()
	var winner *outcome
	for i := range told {
		if told[i].err != nil {
			continue
		}
		answers.add("won")
		if winner != nil {
			s.Errorf("D: %s and %s were both told that they rotated: %s, %s", winner.by, told[i].by, winner.r.ID, told[i].r.ID)
		}
		winner = &told[i]
	}
	if winner == nil {
		s.Fatalf("D: nobody won; the first of %d was told %v", len(told), told[0].err)
	}
	for _, o := range told {
		var e *models.Error
		switch {
		case o.err == nil:
			continue
		case !errors.As(o.err, &e) || e.Fault != models.FaultStale && e.Fault != models.FaultConflict:
			s.Errorf("D: %s was told %v", o.by, o.err)
			continue
		}
		answers.add("told " + e.Code)
		open := e.Current
		if e.ChangedBy != winner.by || e.ChangedFrom != "127.0.0.1" || e.ChangedAt.Before(from.Truncate(time.Millisecond)) || e.ChangedAt.After(time.Now()) {
			s.Errorf("D: %s won, and %s was told that %q did, at %s, from %q", winner.by, o.by, e.ChangedBy, e.ChangedAt, e.ChangedFrom)
		}
		if open == nil || open.OpenRotation() == nil || open.OpenRotation().ID != winner.r.ID {
			s.Errorf("D: %s cannot follow the rotation that won: %+v", o.by, open)
		}
	}
	s.holds(w, winner.r.Credential)
	return winner.r
}

package storetest

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/server/policy"
)

func readersSeeOneState(t *testing.T, p place) {
	s := p.filled(t)
	read(t, s, func(q policy.Queries) error {
		before, err := q.Position()
		if err != nil {
			return err
		}
		write(t, s, func(w policy.Writes) error { return w.SaveCredential(credential("c1", "renamed")) })
		c, err := q.Credential("c1")
		if err != nil || c.Name != "deploy" {
			t.Errorf("in the middle of reading the name became %q, %v", c.Name, err)
		}
		if after, err := q.Position(); err != nil || after != before {
			t.Errorf("in the middle of reading the position went from %d to %d, %v", before, after, err)
		}
		return nil
	})
}

// readersHoldNobodyUp: whoever reads gets what was committed, even in the middle of another's change,
// and lets changes happen.
func readersHoldNobodyUp(t *testing.T, p place) {
	s := p.filled(t)
	other := p.opened(t)
	write(t, s, func(w policy.Writes) error {
		if err := rename(w, "renamed"); err != nil {
			return err
		}
		read(t, other, func(q policy.Queries) error {
			c, err := q.Credential("c1")
			if c.Name != "deploy" {
				t.Errorf("what is not committed is read: %q", c.Name)
			}
			return err
		})
		return nil
	})
	read(t, s, func(q policy.Queries) error {
		if _, err := q.Credential("c1"); err != nil {
			return err
		}
		write(t, other, func(w policy.Writes) error { return rename(w, "again") })
		return nil
	})
}

// processesLoseNoChange: changes that read and then write come one after the other, whichever process
// makes them, and none fails because another one was quicker.
func processesLoseNoChange(t *testing.T, p place) {
	first := p.filled(t)
	const processes, each = 3, 15
	var wg sync.WaitGroup
	for i := range processes {
		s := first
		if i > 0 {
			s = p.opened(t)
		}
		for range 2 { // and two at once in each
			wg.Go(func() {
				for range each {
					if err := s.Write(t.Context(), func(w policy.Writes) error { return rename(w, "deploy") }); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	read(t, first, func(q policy.Queries) error {
		c, err := q.Credential("c1")
		if c.Revision != 1+2*processes*each {
			t.Errorf("after %d changes the revision is %d", 2*processes*each, c.Revision)
		}
		return err
	})
}

// eventsHaveNoGaps: whoever has read up to an event never finds an earlier one later, even though
// several processes write and some of their changes fail.
func eventsHaveNoGaps(t *testing.T, p place) {
	first := p.filled(t)
	const each = 20
	refusal := errors.New("no")
	var writers, reader sync.WaitGroup
	for _, s := range []policy.Store{first, p.opened(t)} {
		writers.Go(func() {
			for i := range each {
				err := s.Write(t.Context(), func(w policy.Writes) error {
					err := w.AddEvent(models.Event{At: noon, Action: models.EventRenamed, Credential: "c1"})
					if i%4 == 3 {
						return errors.Join(err, refusal)
					}
					return err
				})
				if err != nil && !errors.Is(err, refusal) {
					t.Error(err)
				}
			}
		})
	}
	const all = 1 + 2*each*3/4
	watcher := p.opened(t)
	reader.Go(func() { follow(t, watcher, all) })
	writers.Wait()
	reader.Wait()
}

// follow reads events as they come, until there are that many.
func follow(t *testing.T, s policy.Store, all int64) {
	seen := int64(0)
	for deadline := time.Now().Add(30 * time.Second); seen < all && !t.Failed(); {
		err := s.Read(t.Context(), func(q policy.Queries) error {
			events, err := q.Events(policy.EventQuery{After: seen, Limit: 1000})
			slices.Reverse(events)
			for _, e := range events {
				if e.Seq != seen+1 {
					t.Errorf("after event %d came %d", seen, e.Seq)
				}
				seen = e.Seq
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		if time.Now().After(deadline) {
			t.Errorf("only %d of %d events came", seen, all)
		}
	}
}

// aWorkspaceIsMadeOnce: processes that find an empty database at the same time do not both fill it.
func aWorkspaceIsMadeOnce(t *testing.T, p place) {
	const processes = 4
	there := errors.New("there is one already")
	made := make(chan error, processes)
	for range processes {
		s := p.opened(t)
		go func() {
			made <- s.Write(t.Context(), func(w policy.Writes) error {
				if _, err := w.Workspace(); !errors.Is(err, policy.ErrNotFound) {
					return errors.Join(there, err)
				}
				return w.CreateWorkspace(models.Workspace{ID: "w", Name: "Acme", PersonalReveal: models.RevealAdmins, Revision: 1, Now: noon})
			})
		}()
	}
	won := 0
	for range processes {
		switch err := <-made; {
		case err == nil:
			won++
		case !errors.Is(err, there):
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d processes made the workspace", won)
	}
}

// anyTextComesBack, whatever clients say about themselves; only what no database can keep is replaced,
// and then it is the same thing again when it comes again.
func anyTextComesBack(t *testing.T, p place) {
	s := p.filled(t)
	texts := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", `"`, `\`, `\"`, `a,"b"]`, "a, b", " a", "\x1b[2J\u202e", "]", "null", "12", "a\x00b", "\xff", "'; --", "$1", "😀\u2028"}))
	uses := int64(0)
	night.Check(t, func(rt *rapid.T) {
		use := policy.Uses{First: noon, Count: 1, SingleUse: policy.SingleUse{
			Credential: "c1", Version: 1, Client: texts.Draw(rt, "client"), ClientVer: texts.Draw(rt, "version"), Host: texts.Draw(rt, "host"), CI: rapid.Bool().Draw(rt, "ci"), At: noon,
		}}
		write(t, s, func(w policy.Writes) error { return errors.Join(w.AddUse(use), w.AddUse(use)) })
		uses += 2
		read(t, s, func(q policy.Queries) error {
			c, err := q.Credential("c1")
			if c.Use.Client != kept(use.Client) || c.Use.Version != kept(use.ClientVer) || c.Use.Host != kept(use.Host) || c.Use.CI != use.CI || c.Use.Count != uses {
				rt.Errorf("%+v comes back as %+v", use, c.Use)
			}
			callers, failed := q.Callers("c1", policy.MaxCallers)
			counted := int64(0)
			for _, caller := range callers {
				counted += caller.Count
			}
			if counted != uses {
				rt.Errorf("%d uses are counted as %d", uses, counted)
			}
			return errors.Join(err, failed)
		})
	})
}

func kept(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}

// pagesAreInOrder: pages follow each other by bytes, as Go compares, and miss nothing.
func pagesAreInOrder(t *testing.T, p place) {
	s := p.filled(t)
	ids := []string{"B", "a", "A1", "b-1", "b1", "Z", "_", "c1", "é", "z", "~"}
	write(t, s, func(w policy.Writes) error {
		for _, id := range ids {
			if id == "c1" {
				continue // which is there
			}
			id := models.CredentialID(id)
			if err := errors.Join(w.InsertCredential(credential(id, "name "+string(id)), nil), w.InsertSecret(id, secret(1), policy.SecretMaterial{})); err != nil {
				return err
			}
		}
		return nil
	})
	slices.Sort(ids)
	for _, f := range []models.CredentialFilter{{}, {Kinds: []models.Kind{models.CIToken, models.LegacyCIKey}}, {States: []models.CredentialState{models.Active}}} {
		var got []string
		read(t, s, func(q policy.Queries) error {
			for after := models.CredentialID(""); ; {
				page, err := q.Credentials(f, after, 3)
				if err != nil || len(page) == 0 {
					return err
				}
				for _, c := range page {
					got = append(got, string(c.ID))
				}
				after = page[len(page)-1].ID
			}
		})
		if !slices.Equal(got, ids) {
			t.Errorf("%+v: the pages are %q", f, got)
		}
	}
}

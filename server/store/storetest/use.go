package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/server/policy"
)

// useMayComeLate: several processes write use when they come to it, so that in whatever order it comes
// the sums, the first and the last are the same.
func useMayComeLate(t *testing.T, p place) {
	s := p.filled(t)
	next := 0
	night.Check(t, func(rt *rapid.T) {
		next++
		id := models.CredentialID(fmt.Sprintf("late%05d", next))
		var want struct {
			count       int64
			first, last time.Time
			host        string
		}
		write(t, s, func(w policy.Writes) error {
			err := errors.Join(w.InsertCredential(credential(id, string(id)), nil), w.InsertSecret(id, secret(1), policy.SecretMaterial{}))
			for i, minute := range rapid.SliceOfNDistinct(rapid.IntRange(0, 600), 1, 6, rapid.ID).Draw(rt, "minutes") {
				u := policy.Uses{Count: rapid.Int64Range(1, 9).Draw(rt, "count"), SingleUse: policy.SingleUse{Credential: id, Version: 1, Host: fmt.Sprint(minute % 3), At: noon.Add(time.Duration(minute) * time.Minute)}}
				u.First = u.At.Add(-30 * time.Second)
				err = errors.Join(err, w.AddUse(u))
				want.count += u.Count
				if i == 0 || u.First.Before(want.first) {
					want.first = u.First
				}
				if u.At.After(want.last) {
					want.last, want.host = u.At, u.Host
				}
			}
			return err
		})
		read(t, s, func(q policy.Queries) error {
			c, err := q.Credential(id)
			if c.Use.Count != want.count || !c.Use.Last.Equal(want.last) || c.Use.Host != want.host {
				rt.Errorf("the credential's use is %+v, want %+v", c.Use, want)
			}
			if v := c.Newest(); v.Uses != want.count || !v.FirstUse.Equal(want.first) || !v.LastUse.Equal(want.last) {
				rt.Errorf("the version's use is %+v, want %+v", v, want)
			}
			callers, failed := q.Callers(id, policy.MaxCallers)
			sum := int64(0)
			for _, caller := range callers {
				sum += caller.Count
				if caller.First.Before(want.first) || caller.Last.After(want.last) || caller.First.After(caller.Last) {
					rt.Errorf("a caller's use is %+v, want it within %+v", caller, want)
				}
			}
			if sum != want.count {
				rt.Errorf("callers add up to %d, want %d", sum, want.count)
			}
			return errors.Join(err, failed)
		})
	})
}

// presentedIsFound with and without a transaction, and so is that there is no such secret.
func presentedIsFound(t *testing.T, p place) {
	s := p.filled(t)
	ask := func(lookup string) policy.Presented {
		alone, err := s.Present(t.Context(), []byte(lookup))
		if err != nil {
			t.Fatal(err)
		}
		read(t, s, func(q policy.Queries) error {
			within, err := q.Presented([]byte(lookup))
			if within != alone {
				t.Errorf("found %+v by itself and %+v in a transaction", alone, within)
			}
			return err
		})
		return alone
	}
	if got := ask("hash 2"); got != (policy.Presented{Workspace: 1}) {
		t.Errorf("nobody's secret is %+v", got)
	}
	got := ask("hash 1")
	if !got.Known() || got.Credential != "c1" || got.Secret.Version != 1 || got.State != models.Active || !got.Fresh || got.Awaited {
		t.Errorf("found %+v", got)
	}
	write(t, s, func(w policy.Writes) error {
		use := policy.SingleUse{Credential: "c1", Version: 1, At: noon}
		return w.AddUse(policy.Uses{SingleUse: use, First: noon, Count: 1})
	})
	if ask("hash 1").Fresh {
		t.Error("a used secret counts as never used")
	}
}

// everybodyGetsTheirOwn: many ask at the same moment, and some give up.
func everybodyGetsTheirOwn(t *testing.T, p place) {
	s := p.filled(t)
	const secrets, askers, each = 40, 16, 25
	write(t, s, func(w policy.Writes) error {
		for i := range secrets {
			id := models.CredentialID(fmt.Sprintf("many%d", i))
			err := errors.Join(w.InsertCredential(credential(id, string(id)), nil), w.InsertSecret(id, secret(1), policy.SecretMaterial{Lookup: []byte(id)}))
			if err != nil {
				return err
			}
		}
		return nil
	})
	var wg sync.WaitGroup
	for asker := range askers {
		wg.Go(func() {
			for i := range each {
				n := (asker*each + i) % (secrets + 10) // some are nobody's
				id := fmt.Sprintf("many%d", n)
				ctx, stop := context.WithCancel(t.Context())
				if i%5 == 4 {
					stop()
				}
				found, err := s.Present(ctx, []byte(id))
				stop()
				if err != nil && i%5 != 4 || err == nil && found.Known() != (n < secrets) || found.Known() && string(found.Credential) != id {
					t.Errorf("who asks for %s gets %+v, %v", id, found, err)
				}
			}
		})
	}
	wg.Wait()
}

package storetest

import (
	"errors"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// schemaHoldsTheRules: rules that must hold whoever writes are in the schema, not only in the code
// above it.
func schemaHoldsTheRules(t *testing.T, p place) {
	tests := []struct {
		name  string
		do    func(policy.Writes) error
		taken bool
	}{
		{"a name that is in use", func(w policy.Writes) error { return w.InsertCredential(credential("c2", "deploy"), nil) }, true},
		{"a value that is in use", func(w policy.Writes) error {
			return errors.Join(w.InsertCredential(credential("c2", "x"), nil), w.InsertSecret("c2", secret(1), policy.SecretMaterial{Lookup: []byte("hash 1")}))
		}, true},
		{"a version that is there", func(w policy.Writes) error { return w.InsertSecret("c1", secret(1), policy.SecretMaterial{}) }, true},
		{"two open rotations", func(w policy.Writes) error {
			return errors.Join(w.InsertRotation(rotation("r1", models.RotationPending)), w.InsertRotation(rotation("r2", models.RotationRetiring)))
		}, true},
		{"an e-mail in other letters", func(w policy.Writes) error {
			return w.InsertMember(models.Member{ID: "m2", Email: "ADA@example.com", Role: models.RoleMember, CreatedAt: noon})
		}, true},
		{"two personal tokens", func(w policy.Writes) error {
			a, b := credential("p1", ""), credential("p2", "")
			a.Kind, a.Owner = models.PersonalToken, &models.MemberRef{ID: "m1"}
			b.Kind, b.Owner = a.Kind, a.Owner
			return errors.Join(w.InsertCredential(a, nil), w.InsertCredential(b, nil))
		}, true},
		{"a secret of nobody", func(w policy.Writes) error { return w.InsertSecret("none", secret(1), policy.SecretMaterial{}) }, false},
		{"an unknown kind", func(w policy.Writes) error {
			c := credential("c2", "x")
			c.Kind = "password"
			return w.InsertCredential(c, nil)
		}, false},
		{"an unknown role", func(w policy.Writes) error {
			return w.SaveMember(models.Member{ID: "m1", Role: "owner"})
		}, false},
	}
	s := p.filled(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := s.Write(t.Context(), tt.do)
			if err == nil || errors.Is(err, policy.ErrTaken) != tt.taken {
				t.Errorf("got %v, want taken to be %v", err, tt.taken)
			}
		})
	}
}

func refusedWritesLeaveNothing(t *testing.T, p place) {
	s := p.filled(t)
	refusal := errors.New("no")
	err := s.Write(t.Context(), func(w policy.Writes) error {
		return errors.Join(rename(w, "renamed"), w.InsertRotation(rotation("r1", models.RotationPending)),
			w.InsertSecret("c1", secret(2), policy.SecretMaterial{}), w.AddEvent(models.Event{At: noon}), refusal)
	})
	if !errors.Is(err, refusal) {
		t.Errorf("got %v", err)
	}
	read(t, s, func(q policy.Queries) error {
		c, err := q.Credential("c1")
		if c.Name != "deploy" || c.Rotation != nil || len(c.Secrets) != 1 {
			t.Errorf("a refused write left something: %+v", c)
		}
		events, failed := q.Events(policy.EventQuery{Limit: 10})
		if len(events) != 1 {
			t.Errorf("%d events are left", len(events))
		}
		return errors.Join(err, failed)
	})
}

func closedRotationsDoNotCount(t *testing.T, p place) {
	s := p.filled(t)
	write(t, s, func(w policy.Writes) error {
		return errors.Join(
			w.InsertRotation(rotation("r1", models.RotationDone)), w.InsertRotation(rotation("r2", models.RotationCancelled)),
			w.InsertRotation(rotation("r3", models.RotationRetiring)))
	})
	read(t, s, func(q policy.Queries) error {
		due, err := q.GraceEnding(noon.Add(time.Hour), 10)
		if err != nil || len(due) != 1 || due[0] != rotation("r3", models.RotationRetiring) {
			t.Errorf("due is %+v, %v", due, err)
		}
		early, err := q.GraceEnding(noon.Add(time.Hour-time.Millisecond), 10)
		if err != nil || len(early) != 0 {
			t.Errorf("too early: %+v, %v", early, err)
		}
		next, err := q.NextGraceEnd()
		if err != nil || !next.Equal(noon.Add(time.Hour)) {
			t.Errorf("next is %s, %v", next, err)
		}
		return nil
	})
}

// rotationsFollowEachOther by their versions: the clocks of two services, which make the ids, need not agree.
func rotationsFollowEachOther(t *testing.T, p place) {
	s := p.filled(t)
	first, second := rotation("r9", models.RotationDone), rotation("r1", models.RotationDone)
	write(t, s, func(w policy.Writes) error {
		second.OldVersion, second.NewVersion = 2, 3
		return errors.Join(w.InsertRotation(first), w.InsertRotation(second))
	})
	read(t, s, func(q policy.Queries) error {
		all, err := q.Rotations("c1", 10)
		if err != nil || len(all) != 2 || all[0] != second || all[1] != first {
			t.Errorf("the newest first: %+v, %v", all, err)
		}
		return nil
	})
}

func reopeningKeepsEverything(t *testing.T, p place) {
	if err := p.filled(t).Close(); err != nil {
		t.Fatal(err)
	}
	read(t, p.opened(t), func(q policy.Queries) error {
		w, err := q.Workspace()
		if err != nil || w.Name != "Acme" {
			t.Errorf("workspace %+v, %v", w, err)
		}
		found, err := q.Presented([]byte("hash 1"))
		if err != nil || found.Credential != "c1" || found.Secret.Version != 1 || found.Awaited {
			t.Errorf("presented %+v, %v", found, err)
		}
		sealed, err := q.Sealed("c1", 1)
		if err != nil || string(sealed) != "sealed 1" {
			t.Errorf("sealed %q, %v", sealed, err)
		}
		return nil
	})
}

// oldVersionsStay: only the versions that work and the newest that ended are loaded, however often it
// was rotated.
func oldVersionsStay(t *testing.T, p place) {
	s := p.filled(t)
	write(t, s, func(w policy.Writes) error {
		for version := 2; version <= 9; version++ {
			old := secret(version - 1)
			old.State, old.EndedAt = models.SecretRevoked, noon
			if err := errors.Join(w.SaveSecretState("c1", old), w.InsertSecret("c1", secret(version), policy.SecretMaterial{})); err != nil {
				return err
			}
		}
		return nil
	})
	write(t, s, func(w policy.Writes) error {
		c, err := w.Credential("c1")
		if err == nil && (len(c.Secrets) != 2 || c.Secrets[0].Version != 8 || c.Secrets[1].Version != 9) {
			t.Errorf("loaded %+v", c.Secrets)
		}
		return err
	})
}

func refusalIsFirstOnce(t *testing.T, p place) {
	s := p.filled(t)
	for i, want := range []bool{true, false, true, false} {
		write(t, s, func(w policy.Writes) error {
			first, err := w.AddRefusalInCI(policy.SingleUse{Credential: "c1", Version: 1, Host: "build-1", CI: true, At: noon.Add(time.Duration(i/2) * 24 * time.Hour)})
			if first != want {
				t.Errorf("refusal %d: first today is %v", i+1, first)
			}
			c, failed := w.Credential("c1") // the transaction goes on
			if int(c.RefusedCI.Count) != i+1 {
				t.Errorf("refusal %d is counted as %d", i+1, c.RefusedCI.Count)
			}
			return errors.Join(err, failed)
		})
	}
}

package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// owned is a personal token of that member.
func owned(id models.CredentialID, m models.MemberID) models.Credential {
	c := credential(id, "")
	c.Kind, c.Owner = models.PersonalToken, &models.MemberRef{ID: m}
	return c
}

// whatIsToldMoves: a credential tells its owner's name, so it moves with that; a member tells its credentials.
func whatIsToldMoves(t *testing.T, p place) {
	s := p.filled(t)
	m := models.Member{ID: "m1", Email: "Ada@example.com", Role: models.RoleAdmin, Seat: true, CreatedAt: noon, Revision: 2}
	renamed := m
	renamed.Name = "Ada"
	write(t, s, func(w policy.Writes) error {
		return errors.Join(w.InsertCredential(owned("p1", "m1"), nil), w.InsertSecret("p1", secret(1), policy.SecretMaterial{}))
	})
	for _, tt := range []struct {
		name        string
		do          func(policy.Writes) error
		credentials []models.CredentialID
		members     []models.MemberID
	}{
		{"an event", func(w policy.Writes) error { return w.AddEvent(models.Event{At: noon}) }, nil, nil},
		{"a member as before", func(w policy.Writes) error { return w.SaveMember(m) }, nil, []models.MemberID{"m1"}},
		{"a member of another name", func(w policy.Writes) error { return w.SaveMember(renamed) }, []models.CredentialID{"p1"}, []models.MemberID{"m1"}},
		{"a personal token", func(w policy.Writes) error { return w.SaveCredential(owned("p1", "m1")) }, []models.CredentialID{"p1"}, []models.MemberID{"m1"}},
		{"a CI token", func(w policy.Writes) error { return rename(w, "another") }, []models.CredentialID{"c1"}, nil},
	} {
		var before policy.Standing
		read(t, s, func(q policy.Queries) (err error) { before, err = q.Standing(); return err })
		write(t, s, tt.do)
		read(t, s, func(q policy.Queries) error {
			got, ok, err := q.Moved(before.Position, 1)
			if err != nil || !ok || !slices.Equal(got.Credentials, tt.credentials) || !slices.Equal(got.Members, tt.members) {
				t.Errorf("%s: moved %+v, %v, %v", tt.name, got, ok, err)
			}
			told, err := q.CredentialsChanged(before.Position, 10)
			if len(told) != len(tt.credentials) {
				t.Errorf("%s: told of %+v", tt.name, told)
			}
			return err
		})
	}
	read(t, s, func(q policy.Queries) error {
		if got, ok, err := q.Moved(0, 1); ok || err != nil {
			t.Errorf("more than the limit: %+v, %v", got, err)
		}
		return nil
	})
}

// standingIsSeen by whoever signs in, in a transaction, and in one that writes.
func standingIsSeen(t *testing.T, p place) {
	s := p.filled(t)
	var inside policy.Standing
	write(t, s, func(w policy.Writes) (err error) {
		if err = errors.Join(w.SaveKeyID("k"), rename(w, "another"), w.AddEvent(models.Event{At: noon})); err == nil {
			inside, err = w.Standing()
		}
		return err
	})
	found, err := s.SignIn(t.Context(), []byte("of nobody"))
	alone := found.Standing
	if err != nil || alone != inside || alone.Key != "k" || alone.Head.Seq != 2 || alone.Position == 0 {
		t.Errorf("stands at %+v, %v; seen by the writer at %+v", alone, err, inside)
	}
	read(t, s, func(q policy.Queries) error {
		got, err := q.Standing()
		head, failed := q.EventHead()
		if got != alone || got.Head != head {
			t.Errorf("stands at %+v, or %+v", got, alone)
		}
		return errors.Join(err, failed)
	})
}

// someAreFound by their ids, as each by itself, however many and whether or not they lie beside each other.
func someAreFound(t *testing.T, p place) {
	s := p.filled(t)
	const n = 150
	write(t, s, func(w policy.Writes) error {
		var errs []error
		for i := range n {
			m := models.MemberID(fmt.Sprintf("n%03d", i))
			c := owned(models.CredentialID("of "+m), m)
			errs = append(errs,
				w.InsertMember(models.Member{ID: m, Email: string(m) + "@example.com", Name: "N", Role: models.RoleMember, CreatedAt: noon, Revision: 1}),
				w.InsertCredential(c, nil), w.InsertSecret(c.ID, secret(1), policy.SecretMaterial{}))
		}
		return errors.Join(errs...)
	})
	read(t, s, func(q policy.Queries) error {
		for _, step := range []int{1, 2, 7, 149} {
			var members []models.MemberID
			var credentials []models.CredentialID
			for i := n - 1; i >= 0; i -= step {
				members = append(members, models.MemberID(fmt.Sprintf("n%03d", i)))
				credentials = append(credentials, models.CredentialID(fmt.Sprintf("of n%03d", i)))
			}
			gotM, errM := q.MembersOf(append(members, "nobody"))
			gotC, errC := q.CredentialsOf(append(credentials, "nothing"))
			if errM != nil || errC != nil || len(gotM) != len(members) || len(gotC) != len(credentials) {
				t.Fatalf("every %d.: %d members, %v, and %d credentials, %v", step, len(gotM), errM, len(gotC), errC)
			}
			for i := range gotM {
				oneM, errM := q.Member(members[len(members)-1-i])
				oneC, errC := q.Credential(credentials[len(credentials)-1-i])
				if err := errors.Join(errM, errC); err != nil || !reflect.DeepEqual(gotM[i], oneM) || !reflect.DeepEqual(gotC[i], oneC) {
					t.Fatalf("found %+v and %+v instead of %+v and %+v, %v", gotM[i], gotC[i], oneM, oneC, err)
				}
			}
		}
		none, err := q.MembersOf(nil)
		if len(none) != 0 {
			t.Errorf("found %+v", none)
		}
		return err
	})
}

// whoSignsIn is found with what they may do, and nobody by an unknown secret.
func whoSignsIn(t *testing.T, p place) {
	s := p.filled(t)
	write(t, s, func(w policy.Writes) error {
		of := secret(1)
		of.Kind = models.PersonalToken
		return errors.Join(w.SaveKeyID("k"), w.InsertCredential(owned("p1", "m1"), nil), w.InsertSecret("p1", of, policy.SecretMaterial{Lookup: []byte("hash of p1")}))
	})
	var stands policy.Standing
	read(t, s, func(q policy.Queries) (err error) { stands, err = q.Standing(); return err })
	found, err := s.SignIn(t.Context(), []byte("hash of p1"))
	want := policy.SignIn{
		Standing: stands, Credential: "p1", State: models.Active, Secret: models.SecretVersion{Kind: models.PersonalToken, State: models.SecretCurrent},
		Owner: models.Member{ID: "m1", Email: "Ada@example.com", Role: models.RoleAdmin}, Workspace: models.Workspace{PersonalReveal: models.RevealAdmins},
	}
	if err != nil || !reflect.DeepEqual(found, want) {
		t.Errorf("found %+v, %v", found, err)
	}
	ci, err := s.SignIn(t.Context(), []byte("hash 1"))
	if err != nil || ci.Credential != "c1" || ci.Secret.Kind != models.CIToken || ci.Owner.ID != "" {
		t.Errorf("found %+v, %v", ci, err)
	}
	nobody, err := s.SignIn(t.Context(), []byte("hash 2"))
	if err != nil || nobody.Known() || nobody.Standing != stands || stands.Key != "k" {
		t.Errorf("found %+v, %v", nobody, err)
	}
}

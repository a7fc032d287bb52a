package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/sqlite"
)

var (
	ctx  = context.Background()
	noon = time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)
)

func now() time.Time { return noon }

func open(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(ctx, path, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// filled is a store with a workspace, a member and a CI token with one secret.
func filled(t testing.TB) (*sqlite.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "workspace.db")
	s := open(t, path)
	write(t, s, func(w policy.Writes) error {
		return errors.Join(
			w.CreateWorkspace(models.Workspace{ID: "w", Name: "Acme", PersonalReveal: models.RevealAdmins, Revision: 1, Now: noon}),
			w.InsertMember(models.Member{ID: "m1", Email: "Ada@example.com", Role: models.RoleAdmin, Seat: true, CreatedAt: noon, Revision: 1}),
			w.InsertCredential(credential("c1", "deploy"), nil),
			w.InsertSecret("c1", secret(1), policy.SecretMaterial{Lookup: []byte("hash 1"), Sealed: []byte("sealed 1")}),
			w.AddEvent(models.Event{At: noon, Actor: "ada", Action: models.EventCreated, Credential: "c1"}),
		)
	})
	return s, path
}

func credential(id models.CredentialID, name string) models.Credential {
	return models.Credential{ID: id, Kind: models.CIToken, Name: name, State: models.Active, CreatedAt: noon, ChangedAt: noon, Revision: 1, ValueKnown: true}
}

func secret(version int) models.SecretVersion {
	return models.SecretVersion{Version: version, Kind: models.CIToken, State: models.SecretCurrent, Fingerprint: "12345678", CreatedAt: noon}
}

func rotation(id models.RotationID, state models.RotationState) models.Rotation {
	return models.Rotation{
		ID: id, Credential: "c1", State: state, OldVersion: 1, NewVersion: 2, Overlap: models.DefaultOverlap,
		StartedAt: noon, StartedBy: "ada", GraceEnds: noon.Add(time.Hour), Revision: 1,
	}
}

func write(t testing.TB, s *sqlite.Store, fn func(policy.Writes) error) {
	t.Helper()
	if err := s.Write(ctx, fn); err != nil {
		t.Fatal(err)
	}
}

func TestFilesAreForTheOwnerOnly(t *testing.T) {
	_, path := filled(t)
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) < 2 {
		t.Fatalf("found %v, %v: where is the write-ahead log?", files, err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v, %v", filepath.Base(f), info.Mode(), err)
		}
	}
}

func TestEventsAreAppendOnly(t *testing.T) {
	_, path := filled(t)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, statement := range []string{`DELETE FROM events`, `UPDATE events SET actor = 'nobody'`, `REPLACE INTO events SELECT * FROM events`} {
		if _, err := db.Exec(statement); err == nil {
			t.Errorf("%s was done", statement)
		}
	}
}

// Rules that must hold whoever writes are in the schema, not only in the code above it.
func TestSchemaHoldsTheRules(t *testing.T) {
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
	s, _ := filled(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := s.Write(ctx, tt.do)
			if err == nil || errors.Is(err, policy.ErrTaken) != tt.taken {
				t.Errorf("got %v, want taken to be %v", err, tt.taken)
			}
		})
	}
	var c models.Credential
	write(t, s, func(w policy.Writes) (err error) {
		c, err = w.Credential("c1")
		return err
	})
	if c.Rotation != nil || len(c.Secrets) != 1 {
		t.Errorf("a refused write left something: %+v", c)
	}
}

func TestClosedRotationsDoNotCountAsOpen(t *testing.T) {
	s, _ := filled(t)
	write(t, s, func(w policy.Writes) error {
		return errors.Join(
			w.InsertRotation(rotation("r1", models.RotationDone)), w.InsertRotation(rotation("r2", models.RotationCancelled)),
			w.InsertRotation(rotation("r3", models.RotationRetiring)))
	})
	err := s.Read(ctx, func(q policy.Queries) error {
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
	if err != nil {
		t.Fatal(err)
	}
}

func TestReopeningKeepsEverything(t *testing.T) {
	s, path := filled(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	err := open(t, path).Read(ctx, func(q policy.Queries) error {
		w, err := q.Workspace()
		if err != nil || w.Name != "Acme" {
			t.Errorf("workspace %+v, %v", w, err)
		}
		p, err := q.Presented([]byte("hash 1"))
		if err != nil || p.Credential != "c1" || p.Secret.Version != 1 || p.Awaited {
			t.Errorf("presented %+v, %v", p, err)
		}
		sealed, err := q.Sealed("c1", 1)
		if err != nil || string(sealed) != "sealed 1" {
			t.Errorf("sealed %q, %v", sealed, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	_, newer := filled(t)
	db, err := sql.Open("sqlite", newer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	garbage := filepath.Join(t.TempDir(), "garbage.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("not a database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{
		newer:   "use a newer keyturn",
		garbage: "not a database",
		filepath.Join(t.TempDir(), "missing", "x.db"): "open the database",
	} {
		s, err := sqlite.Open(ctx, path, now)
		if err == nil {
			_ = s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want it to say %q", filepath.Base(path), err, says)
		}
	}
}

func TestReadersCannotWriteAndSeeOneState(t *testing.T) {
	s, _ := filled(t)
	err := s.Read(ctx, func(q policy.Queries) error {
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
	if err != nil {
		t.Fatal(err)
	}
}

// Only the versions that work and the newest that ended are loaded, however often it was rotated.
func TestOldVersionsStayInTheDatabase(t *testing.T) {
	s, _ := filled(t)
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

func BenchmarkOpenUpToDate(b *testing.B) {
	_, path := filled(b)
	for b.Loop() {
		s, err := sqlite.Open(ctx, path, now)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/postgres"
	"example.com/keyturn/server/store/storetest"
)

func open(t testing.TB, database models.Secret, now func() time.Time) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), database, now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEventsAreAppendOnly(t *testing.T) {
	database := storetest.Postgres(t)
	s := open(t, database, time.Now)
	defer func() { _ = s.Close() }()
	storetest.Fill(t, s)
	conn, err := pgx.Connect(t.Context(), database.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	const another = `INSERT INTO events SELECT seq + %s, at, actor, actor_id, from_addr, action, credential_id, name, kind, rotation_id, detail, %s FROM events`
	for _, statement := range []string{
		`DELETE FROM events`, `UPDATE events SET actor = 'nobody'`, `TRUNCATE events`, fmt.Sprintf(another, "2", "hash"), fmt.Sprintf(another, "1", "''"),
	} {
		if _, err := conn.Exec(t.Context(), statement); err == nil {
			t.Errorf("%s was done", statement)
		}
	}
}

func TestOlderRotationsLearnFromTheHistoryWhoStartedThem(t *testing.T) {
	database := storetest.Postgres(t)
	s := open(t, database, time.Now)
	storetest.Fill(t, s)
	storetest.BeginRotations(t, s)
	conn, err := pgx.Connect(t.Context(), database.Reveal())
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for _, statement := range storetest.ForgetWhoStarted {
		var args []any
		if strings.Contains(statement, "$1") {
			args = []any{4}
		}
		if _, err := conn.Exec(t.Context(), statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	s = open(t, database, time.Now)
	defer func() { _ = s.Close() }()
	storetest.KnowsWhoStarted(t, s)
}

// Much that was put in is known to the server when the change returns, so that no list is planned as for empty tables.
func TestTheServerKnowsWhatWasPutIn(t *testing.T) {
	database := storetest.Postgres(t)
	s := open(t, database, time.Now)
	defer func() { _ = s.Close() }()
	storetest.Fill(t, s)
	conn, err := pgx.Connect(t.Context(), database.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	const n = 1000
	err = s.Write(t.Context(), func(w policy.Writes) error {
		for i := range n {
			m := models.Member{ID: models.MemberID(fmt.Sprint("n", i)), Email: fmt.Sprintf("n%d@example.com", i), Role: models.RoleMember, CreatedAt: time.Now(), Revision: 1}
			if err := w.InsertMember(m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var known float64
	if err := conn.QueryRow(t.Context(), `SELECT reltuples FROM pg_class WHERE oid = 'members'::regclass`).Scan(&known); err != nil || known != n+1 {
		t.Errorf("it knows of %v members, %v", known, err)
	}
}

func TestContract(t *testing.T) {
	storetest.Contract(t, func(t testing.TB) storetest.Open {
		database := storetest.Postgres(t)
		return func(t testing.TB, now func() time.Time) policy.Store {
			t.Helper()
			s := open(t, database, now)
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
			return s
		}
	})
}

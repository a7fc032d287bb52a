package storetest

import (
	"errors"
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// ForgetWhoStarted makes a database what it was before rotations told who started them. Its argument is the
// number of that migration.
var ForgetWhoStarted = []string{
	`ALTER TABLE rotations DROP COLUMN asked`, `ALTER TABLE rotations DROP COLUMN started_from`, `ALTER TABLE rotations DROP COLUMN started_by_id`,
	`DELETE FROM goose_db_version WHERE version_id = $1`,
}

// BeginRotations puts two rotations in a filled store: one that the history tells of, and one that it does not.
func BeginRotations(t testing.TB, s policy.Store) {
	t.Helper()
	write(t, s, func(w policy.Writes) error {
		first, second := rotation("r1", models.RotationDone), rotation("r2", models.RotationDone)
		second.OldVersion, second.NewVersion = 2, 3
		e := models.Event{At: noon, Actor: "ada", ActorID: "m1", From: "192.0.2.1", Action: models.EventRotationStarted, Credential: "c1", Rotation: "r1"}
		later := e
		later.ActorID, later.From, later.Action = "m2", "198.51.100.7", models.EventRotationCancel
		return errors.Join(w.InsertRotation(first), w.InsertRotation(second), w.AddEvent(e), w.AddEvent(later))
	})
}

// KnowsWhoStarted checks what is told of the rotations of BeginRotations once the database was brought up to date.
func KnowsWhoStarted(t testing.TB, s policy.Store) {
	t.Helper()
	read(t, s, func(q policy.Queries) error {
		list, err := q.Rotations("c1", 10)
		if err != nil || len(list) != 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		if r := list[1]; r.StartedBy != "ada" || r.StartedByID != "m1" || r.StartedFrom != "192.0.2.1" || r.Asked != "" {
			t.Errorf("of what the history tells of: %+v", r)
		}
		if r := list[0]; r.StartedBy != "ada" || r.StartedByID != "" || r.StartedFrom != "" || r.Asked != "" {
			t.Errorf("of what it does not tell of: %+v", r)
		}
		return nil
	})
}

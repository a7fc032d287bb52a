package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/pressly/goose/v3"

	"example.com/keyturn/models"
)

// chainEvents gives the events of older databases their hashes, in the transaction of the migration.
var chainEvents = goose.NewGoMigration(3, &goose.GoFunc{RunTx: addHashes}, nil)

func addHashes(ctx context.Context, tx *sql.Tx) error {
	for _, statement := range []string{
		`ALTER TABLE events ADD COLUMN hash TEXT NOT NULL DEFAULT ''`,
		`DROP TRIGGER events_no_update`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if err := chain(ctx, tx); err != nil {
		return err
	}
	for _, statement := range []string{
		`CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END`,
		`CREATE TRIGGER events_no_gap BEFORE INSERT ON events
			WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM events) OR length(NEW.hash) <> 64
			BEGIN SELECT RAISE(ABORT, 'events follow each other without a gap'); END`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// chainBatch is how many events are held at a time.
const chainBatch = 1000

func chain(ctx context.Context, tx *sql.Tx) error {
	var hash models.EventHash
	for last := int64(0); ; {
		events, err := eventsAfter(ctx, tx, last)
		if err != nil || len(events) == 0 {
			return err
		}
		for _, e := range events {
			hash = models.Link(hash, e.Digest())
			if _, err := tx.ExecContext(ctx, `UPDATE events SET hash = $2 WHERE seq = $1`, e.Seq, hash.String()); err != nil {
				return err
			}
			last = e.Seq
		}
	}
}

func eventsAfter(ctx context.Context, tx *sql.Tx, last int64) (list []models.Event, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT seq, at, actor, actor_id, from_addr, action, credential_id, name, kind, rotation_id, detail
		FROM events WHERE seq > $1 ORDER BY seq LIMIT $2`, last, chainBatch)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var e models.Event
		var at int64
		if err := rows.Scan(&e.Seq, &at, &e.Actor, &e.ActorID, &e.From, &e.Action, &e.Credential, &e.Name, &e.Kind, &e.Rotation, &e.Detail); err != nil {
			return nil, fmt.Errorf("read the events: %w", err)
		}
		e.At = time.UnixMilli(at)
		list = append(list, e)
	}
	return list, rows.Err()
}

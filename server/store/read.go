package store

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// queries reads within one transaction.
type queries struct {
	Transaction
	today int64 // days since 1970
}

var _ policy.Queries = (*queries)(nil)

func (q *queries) row(query string, args ...any) *sql.Row {
	return q.Tx.QueryRowContext(q.Ctx, query, keepable(args)...)
}

// each selects columns from what the rest of the query says and calls take for every row.
func (q *queries) each(columns, from string, args []any, take func(*record)) error {
	var r record
	if q.Array == "" {
		err := q.Rows(`SELECT `+columns+` FROM `+from, keepable(args), func(values [][]byte) {
			r.copy(values)
			take(&r)
		})
		if err != nil {
			return fmt.Errorf("read the workspace: %w", err)
		}
		return nil
	}
	rows, err := q.Tx.QueryContext(q.Ctx, `SELECT `+q.Array+`(`+columns+`) FROM `+from, keepable(args)...)
	if err != nil {
		return fmt.Errorf("read the workspace: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := r.load(rows); err != nil {
			return fmt.Errorf("read the workspace: %w", err)
		}
		take(&r)
	}
	return rows.Err()
}

// placeholders adds values to the arguments of a span and returns "$n,$n+1,…".
func placeholders[T ~string](s *span, values []T) string {
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = s.arg(string(v))
	}
	return strings.Join(marks, ",")
}

func (q *queries) Workspace() (models.Workspace, error) {
	var w models.Workspace
	var start, end, changed sql.NullInt64
	err := q.row(`SELECT id, name, reveal, members_use_ci, sunset_start, sunset_end, sunset_source, revision, changed_at, changed_by FROM workspace`).
		Scan(&w.ID, &w.Name, &w.PersonalReveal, &w.MembersUseCI, &start, &end, &w.Sunset.Source, &w.Revision, &changed, &w.ChangedBy)
	if err != nil {
		return w, noRows(err)
	}
	w.Sunset.Start, w.Sunset.End, w.ChangedAt = instant(start), instant(end), instant(changed)
	err = q.each(`id, starts, ends, note`, `downtimes ORDER BY starts, id`, nil, func(r *record) {
		w.Sunset.Downtimes = append(w.Sunset.Downtimes, models.Downtime{ID: r.text(), Start: r.instant(), End: r.instant(), Note: r.text()})
	})
	return w, err
}

func (q *queries) Counts(usedSince time.Time) (models.Counts, error) {
	var c models.Counts
	if err := q.row(`SELECT COUNT(*), COALESCE(SUM(seat), 0) FROM members`).Scan(&c.Members, &c.Seats); err != nil {
		return c, err
	}
	err := q.each(`kind, state, born, COUNT(*),
			SUM(CASE WHEN use_last >= $1 THEN 1 ELSE 0 END), SUM(CASE WHEN owner_id IS NULL THEN 1 ELSE 0 END)`,
		`credentials WHERE kind IN ('ci_token', 'legacy_api_key', 'legacy_ci_key') GROUP BY kind, state, born`, []any{usedSince.UnixMilli()},
		func(r *record) { addCounts(&c, r) })
	if err != nil {
		return c, err
	}
	err = q.row(`SELECT COUNT(*) FROM rotations WHERE state IN ('pending', 'retiring')`).Scan(&c.OpenRotations)
	return c, err
}

func addCounts(c *models.Counts, r *record) {
	kind, state, born := models.Kind(r.text()), models.CredentialState(r.text()), models.Kind(r.text())
	revoked := state == models.Revoked
	n, used, ownerless := int(r.number()), int(r.number()), int(r.number())
	switch {
	case born.Legacy() && (revoked || !kind.Legacy()):
		c.Migrated += n
		if !revoked {
			c.CITokens += n
		}
	case revoked:
	case kind == models.CIToken:
		c.CITokens += n
	case kind == models.LegacyAPIKey:
		c.LegacyAPI += n
		c.LegacyNoOwner += ownerless
		c.LegacyUsed += used
		c.LegacyUnused += n - used
	case kind == models.LegacyCIKey:
		c.LegacyCI += n
		c.LegacyUsed += used
		c.LegacyUnused += n - used
	}
}

func (q *queries) Position() (int64, error) {
	var p int64
	err := q.row(`SELECT position FROM workspace`).Scan(&p)
	return p, noRows(err)
}

func (q *queries) KeyID() (id string, err error) {
	err = q.row(`SELECT key_id FROM workspace`).Scan(&id)
	return id, noRows(err)
}

func (q *queries) Events(e policy.EventQuery) ([]models.Event, error) {
	from := `events WHERE seq > $1`
	args := []any{e.After}
	where := func(condition string, value any) {
		args = append(args, value)
		from += fmt.Sprintf(" AND "+condition, len(args))
	}
	if e.Before > 0 {
		where("seq < $%d", e.Before)
	}
	if e.Credential != "" {
		where("credential_id = $%d", string(e.Credential))
	}
	if e.OwnedBy != "" {
		where("credential_id IN (SELECT id FROM credentials WHERE owner_id = $%d)", string(e.OwnedBy))
	}
	args = append(args, e.Limit)
	from += fmt.Sprintf(" ORDER BY seq DESC LIMIT $%d", len(args))
	out := make([]models.Event, 0, min(e.Limit, 128))
	err := q.each(`seq, at, actor, actor_id, from_addr, action, credential_id, name, kind, rotation_id, detail, hash`, from, args, func(r *record) {
		out = append(out, models.Event{
			Seq: r.number(), At: r.instant(), Actor: r.text(), ActorID: models.MemberID(r.text()), From: r.text(),
			Action: models.EventAction(r.text()), Credential: models.CredentialID(r.text()), Name: r.text(), Kind: models.Kind(r.text()),
			Rotation: models.RotationID(r.text()), Detail: r.text(), Hash: r.hash(),
		})
	})
	return out, err
}

func (q *queries) EventHead() (models.EventHead, error) {
	var head models.EventHead
	var hash string
	err := q.row(`SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1`).Scan(&head.Seq, &hash)
	if err != nil {
		if noRows(err) == policy.ErrNotFound {
			return models.EventHead{}, nil
		}
		return head, err
	}
	head.Hash, _ = models.ParseEventHash(hash) // what is no hash is a wrong one
	return head, nil
}

func (q *queries) Remembered(principal models.MemberID, key string, now time.Time) (*policy.Memory, error) {
	m := policy.Memory{Principal: principal}
	var hash []byte
	var until sql.NullInt64
	err := q.row(`SELECT hash, status, etag, body, expires_at FROM replies WHERE principal = $1 AND key = $2 AND expires_at > $3`,
		string(principal), key, now.UnixMilli()).Scan(&hash, &m.Status, &m.ETag, &m.Body, &until)
	if err != nil {
		if noRows(err) == policy.ErrNotFound {
			return nil, nil
		}
		return nil, err
	}
	m.Once.Key, m.Until = key, instant(until)
	copy(m.Hash[:], hash)
	return &m, nil
}

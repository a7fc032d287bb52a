package store

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// writes writes within one transaction. Positions are handed out from memory and kept once, at
// the end, so that a large import does not write the counter for every object.
type writes struct {
	queries
	prepared map[string]*sql.Stmt
	position int64
	event    int64
	key      string
	head     *models.EventHash // of the newest event; nil: not read yet
	counting bool
	made     int // members and credentials
}

var _ policy.Writes = (*writes)(nil)

func (w *writes) exec(query string, args ...any) error {
	_, err := w.change(query, args...)
	return err
}

// change is exec that tells how many rows it changed.
func (w *writes) change(query string, args ...any) (rows int64, err error) {
	stmt, err := w.prepare(query)
	if err != nil {
		return 0, err
	}
	var done sql.Result
	if stmt != nil {
		done, err = stmt.ExecContext(w.Ctx, keepable(args)...)
	} else {
		done, err = w.Tx.ExecContext(w.Ctx, query, keepable(args)...)
	}
	if err != nil {
		return 0, w.wrap(err)
	}
	return done.RowsAffected()
}

// one reads one row with a statement that is kept for the transaction.
func (w *writes) one(query string, args []any, into ...any) error {
	stmt, err := w.prepare(query)
	if err != nil {
		return err
	}
	if stmt == nil {
		return noRows(w.row(query, args...).Scan(into...))
	}
	return noRows(stmt.QueryRowContext(w.Ctx, keepable(args)...).Scan(into...))
}

func (w *writes) wrap(err error) error {
	if w.Taken(err) {
		return policy.ErrTaken
	}
	return fmt.Errorf("change the workspace: %w", err)
}

// prepare returns a statement that is kept for the transaction; nil where that is not worth it.
func (w *writes) prepare(query string) (*sql.Stmt, error) {
	if stmt := w.prepared[query]; stmt != nil || !w.Prepare {
		return stmt, nil
	}
	stmt, err := w.Tx.PrepareContext(w.Ctx, query)
	if err != nil {
		return nil, fmt.Errorf("change the workspace: %w", err)
	}
	w.prepared[query] = stmt
	return stmt, nil
}

func (w *writes) close() {
	for _, stmt := range w.prepared {
		_ = stmt.Close()
	}
}

// count loads the two counters once a transaction, and the id of the key with them.
func (w *writes) count() error {
	if w.counting {
		return nil
	}
	w.counting = true
	err := w.row(`SELECT position, last_event, key_id FROM workspace`).Scan(&w.position, &w.event, &w.key)
	return noRows(err)
}

func (w *writes) nextPosition() (int64, error) {
	if err := w.count(); err != nil {
		return 0, err
	}
	w.position++
	return w.position, nil
}

func (w *writes) Position() (int64, error) {
	err := w.count()
	return w.position, err
}

func (w *writes) KeyID() (string, error) {
	err := w.count()
	return w.key, err
}

func (w *writes) SaveKeyID(id string) error {
	w.key = id
	return w.exec(`UPDATE workspace SET key_id = $1`, id)
}

// flush keeps the counters.
func (w *writes) flush() error {
	if !w.counting {
		return nil
	}
	return w.exec(`UPDATE workspace SET position = $1, last_event = $2`, w.position, w.event)
}

func (w *writes) CreateWorkspace(s models.Workspace) error {
	return w.exec(`INSERT INTO workspace (id, name, reveal, members_use_ci, revision, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		s.ID, s.Name, string(s.PersonalReveal), flag(s.MembersUseCI), int64(s.Revision), s.Now.UnixMilli())
}

func (w *writes) SaveWorkspace(s models.Workspace) error {
	if _, err := w.nextPosition(); err != nil {
		return err
	}
	err := w.exec(`UPDATE workspace SET name = $1, reveal = $2, members_use_ci = $3, sunset_start = $4, sunset_end = $5, sunset_source = $6, revision = $7,
			changed_at = $8, changed_by = $9`,
		s.Name, string(s.PersonalReveal), flag(s.MembersUseCI), ms(s.Sunset.Start), ms(s.Sunset.End), s.Sunset.Source, int64(s.Revision),
		ms(s.ChangedAt), s.ChangedBy)
	if err != nil {
		return err
	}
	if err := w.exec(`DELETE FROM downtimes`); err != nil {
		return err
	}
	for _, d := range s.Sunset.Downtimes {
		if err := w.exec(`INSERT INTO downtimes (id, starts, ends, note) VALUES ($1, $2, $3, $4)`, d.ID, ms(d.Start), ms(d.End), d.Note); err != nil {
			return err
		}
	}
	return nil
}

func (w *writes) InsertMember(m models.Member) error {
	p, err := w.nextPosition()
	if err != nil {
		return err
	}
	w.made++
	return w.exec(`INSERT INTO members (id, email, email_key, name, role, seat, created_at, revision, position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		string(m.ID), m.Email, strings.ToLower(m.Email), m.Name, string(m.Role), flag(m.Seat), ms(m.CreatedAt), int64(m.Revision), p)
}

func (w *writes) SaveMember(m models.Member) error {
	if err := w.moveOwned(m); err != nil {
		return err
	}
	p, err := w.nextPosition()
	if err != nil {
		return err
	}
	return w.exec(`UPDATE members SET name = $2, role = $3, seat = $4, revision = $5, position = $6 WHERE id = $1`,
		string(m.ID), m.Name, string(m.Role), flag(m.Seat), int64(m.Revision), p)
}

// moveOwned moves what tells the name of its owner, if that is another one now.
func (w *writes) moveOwned(m models.Member) error {
	var owned []string
	err := w.each(`c.id`, `credentials c JOIN members m ON m.id = c.owner_id WHERE c.owner_id = $1 AND m.name <> $2`, []any{string(m.ID), m.Name}, func(r *record) {
		owned = append(owned, r.text())
	})
	for _, id := range owned {
		p, failed := w.nextPosition()
		if err = errors.Join(err, failed); err != nil {
			return err
		}
		if err = w.exec(`UPDATE credentials SET position = $2 WHERE id = $1`, id, p); err != nil {
			return err
		}
	}
	return err
}

func (w *writes) InsertCredential(c models.Credential, callers []models.Caller) error {
	p, err := w.nextPosition()
	if err != nil {
		return err
	}
	w.made++
	var owner models.MemberID
	if c.Owner != nil {
		owner = c.Owner.ID
	}
	var recent days
	for _, u := range callers {
		recent = recent.spread(u, w.today)
	}
	err = w.exec(`INSERT INTO credentials (id, kind, born, name, state, owner_id, created_at, changed_at, changed_by, revision, value_known, position,
			last_version, use_last, use_count, use_client, use_version, use_host, use_ci, use_days, refused_last, refused_count)
		VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		string(c.ID), string(c.Kind), c.Name, string(c.State), text(string(owner)), ms(c.CreatedAt), ms(c.ChangedAt), c.ChangedBy,
		int64(c.Revision), flag(c.ValueKnown), p, ms(c.Use.Last), c.Use.Count, c.Use.Client, c.Use.Version, c.Use.Host, flag(c.Use.CI), recent.String(),
		ms(c.RefusedCI.Last), c.RefusedCI.Count)
	for i := 0; err == nil && i < len(callers); i++ {
		err = w.putCaller(c.ID, callers[i])
	}
	return err
}

func (w *writes) SaveCredential(c models.Credential) error {
	p, err := w.nextPosition()
	if err != nil {
		return err
	}
	var rotation models.RotationID
	if c.Rotation != nil {
		rotation = c.Rotation.ID
	}
	return w.exec(`UPDATE credentials SET kind = $2, name = $3, state = $4, changed_at = $5, changed_by = $6, revision = $7, rotation_id = $8,
		value_known = $9, position = $10 WHERE id = $1`,
		string(c.ID), string(c.Kind), c.Name, string(c.State), ms(c.ChangedAt), c.ChangedBy, int64(c.Revision), text(string(rotation)), flag(c.ValueKnown), p)
}

func (w *writes) InsertSecret(id models.CredentialID, s models.SecretVersion, k policy.SecretMaterial) error {
	err := w.exec(`INSERT INTO secrets (credential_id, version, kind, state, lookup, sealed, fingerprint, masked, created_at, first_use, last_use, uses)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		string(id), s.Version, string(s.Kind), string(s.State), k.Lookup, k.Sealed, s.Fingerprint, s.Masked, ms(s.CreatedAt),
		ms(s.FirstUse), ms(s.LastUse), s.Uses)
	if err != nil || s.Version == 1 {
		return err // the credential was inserted with its first version in mind
	}
	return w.exec(`UPDATE credentials SET last_version = $2 WHERE id = $1`, string(id), s.Version)
}

func (w *writes) SaveSecretState(id models.CredentialID, s models.SecretVersion) error {
	return w.exec(`UPDATE secrets SET state = $3, ended_at = $4 WHERE credential_id = $1 AND version = $2`,
		string(id), s.Version, string(s.State), ms(s.EndedAt))
}

func (w *writes) InsertRotation(r models.Rotation) error {
	return w.exec(`INSERT INTO rotations (`+rotationFields+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		string(r.ID), string(r.Credential), string(r.State), r.OldVersion, r.NewVersion, string(r.Overlap.Mode), r.Overlap.Grace.Milliseconds(),
		r.Reason, ms(r.StartedAt), r.StartedBy, string(r.StartedByID), r.StartedFrom, r.Asked,
		ms(r.FirstUse), ms(r.ConfirmedAt), ms(r.GraceEnds), ms(r.EndedAt), r.EndedBy, int64(r.Revision))
}

func (w *writes) SaveRotation(r models.Rotation) error {
	return w.exec(`UPDATE rotations SET state = $2, reason = $3, first_use = $4, confirmed_at = $5, grace_ends = $6, ended_at = $7, ended_by = $8, revision = $9 WHERE id = $1`,
		string(r.ID), string(r.State), r.Reason, ms(r.FirstUse), ms(r.ConfirmedAt), ms(r.GraceEnds), ms(r.EndedAt), r.EndedBy, int64(r.Revision))
}

func (w *writes) AddEvent(e models.Event) error {
	if err := w.count(); err != nil {
		return err
	}
	if w.head == nil {
		head, err := w.EventHead()
		if err != nil {
			return err
		}
		w.head = &head.Hash
	}
	w.event++
	w.position++ // somebody who waits for changes wants to know
	e = kept(e)
	e.Seq = w.event
	*w.head = models.Link(*w.head, e.Digest())
	return w.exec(`INSERT INTO events (seq, at, actor, actor_id, from_addr, action, credential_id, name, kind, rotation_id, detail, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		e.Seq, ms(e.At), e.Actor, string(e.ActorID), e.From, string(e.Action), string(e.Credential), e.Name, string(e.Kind), string(e.Rotation), e.Detail,
		w.head.String())
}

// kept is an event as it is going to be read: its hash is that of what is kept.
func kept(e models.Event) models.Event {
	e.Actor, e.ActorID, e.From, e.Action = keptText(e.Actor), keptText(e.ActorID), keptText(e.From), keptText(e.Action)
	e.Credential, e.Name, e.Kind, e.Rotation, e.Detail = keptText(e.Credential), keptText(e.Name), keptText(e.Kind), keptText(e.Rotation), keptText(e.Detail)
	return e
}

func (w *writes) Remember(m policy.Memory) error {
	if err := w.exec(`DELETE FROM replies WHERE expires_at <= $1`, m.At.UnixMilli()); err != nil {
		return err
	}
	body := append([]byte{}, m.Body...) // never NULL, even for an answer without a body
	return w.exec(`INSERT INTO replies (principal, key, hash, status, etag, body, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		string(m.Principal), m.Once.Key, m.Hash[:], m.Status, m.ETag, body, ms(m.Until))
}

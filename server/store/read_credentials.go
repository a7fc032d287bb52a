package store

import (
	"database/sql"
	"fmt"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

const credentialColumns = `c.id, c.kind, c.name, c.state, c.owner_id, m.name, m.email, c.created_at, c.changed_at, c.changed_by,
	c.revision, c.value_known, c.rotation_id, c.use_last, c.use_count, c.use_client, c.use_version, c.use_host, c.use_ci, c.use_days,
	c.refused_last, c.refused_count, c.refused_client, c.refused_host, c.position`

func scanCredential(r *sql.Rows, today int64) (policy.Changed[models.Credential], string, error) {
	var out policy.Changed[models.Credential]
	c := &out.Object
	var owner, ownerName, ownerEmail, rotation sql.NullString
	var created, changed, last, refused sql.NullInt64
	var days string
	err := r.Scan(&c.ID, &c.Kind, &c.Name, &c.State, &owner, &ownerName, &ownerEmail, &created, &changed, &c.ChangedBy,
		&c.Revision, &c.ValueKnown, &rotation, &last, &c.Use.Count, &c.Use.Client, &c.Use.Version, &c.Use.Host, &c.Use.CI, &days,
		&refused, &c.RefusedCI.Count, &c.RefusedCI.Client, &c.RefusedCI.Host, &out.Position)
	if err != nil {
		return out, "", err
	}
	c.CreatedAt, c.ChangedAt = instant(created), instant(changed)
	c.Use.Last, c.RefusedCI.Last = instant(last), instant(refused)
	c.Use.Recent = parseDays(days).since(today - models.RecentDays + 1)
	if owner.Valid {
		c.Owner = &models.MemberRef{ID: models.MemberID(owner.String), Name: ownerName.String, Email: ownerEmail.String}
	}
	return out, rotation.String, nil
}

func (q *queries) Credentials(f models.CredentialFilter, after models.CredentialID, limit int) ([]models.Credential, error) {
	args := []any{string(after)}
	where := `WHERE c.id > $1`
	if len(f.Kinds) > 0 {
		marks, kinds := placeholders(len(args)+1, f.Kinds)
		where += ` AND c.kind IN (` + marks + `)`
		args = append(args, kinds...)
	}
	if len(f.States) > 0 {
		marks, states := placeholders(len(args)+1, f.States)
		where += ` AND c.state IN (` + marks + `)`
		args = append(args, states...)
	}
	found, err := q.credentials(where+fmt.Sprintf(` ORDER BY c.id LIMIT %d`, limit), args...)
	return objects(found), err
}

func (q *queries) Credential(id models.CredentialID) (models.Credential, error) {
	found, err := q.credentials(`WHERE c.id = $1`, string(id))
	if err == nil && len(found) == 0 {
		return models.Credential{}, policy.ErrNotFound
	}
	if err != nil {
		return models.Credential{}, err
	}
	return found[0].Object, nil
}

func (q *queries) CredentialsChanged(after int64, limit int) ([]policy.Changed[models.Credential], error) {
	return q.credentials(fmt.Sprintf(`WHERE c.position > $1 ORDER BY c.position LIMIT %d`, limit), after)
}

// credentials loads credentials with their secrets and rotations: three queries, whatever their number.
func (q *queries) credentials(where string, args ...any) ([]policy.Changed[models.Credential], error) {
	var list []policy.Changed[models.Credential]
	index := map[models.CredentialID]int{}
	var ids []models.CredentialID
	var rotations []models.RotationID
	err := q.each(`SELECT `+credentialColumns+` FROM credentials c LEFT JOIN members m ON m.id = c.owner_id `+where, args, func(r *sql.Rows) error {
		c, rotation, err := scanCredential(r, q.today)
		index[c.Object.ID] = len(list)
		ids = append(ids, c.Object.ID)
		if rotation != "" {
			rotations = append(rotations, models.RotationID(rotation))
		}
		list = append(list, c)
		return err
	})
	if err != nil || len(list) == 0 {
		return list, err
	}
	if err := q.addSecrets(ids, func(id models.CredentialID, s models.SecretVersion) {
		c := &list[index[id]].Object
		c.Secrets = append(c.Secrets, s)
	}); err != nil {
		return nil, err
	}
	if len(rotations) == 0 {
		return list, nil
	}
	marks, wanted := placeholders(1, rotations)
	found, err := q.rotations(`WHERE id IN (`+marks+`)`, wanted...)
	for i := range found {
		list[index[found[i].Credential]].Object.Rotation = &found[i]
	}
	return list, err
}

// addSecrets loads the versions that work and the newest that has ended, the oldest first.
func (q *queries) addSecrets(ids []models.CredentialID, add func(models.CredentialID, models.SecretVersion)) error {
	marks, args := placeholders(1, ids)
	return q.each(`SELECT s.credential_id, s.version, s.kind, s.state, s.fingerprint, s.masked, s.created_at, s.first_use, s.last_use, s.uses, s.ended_at
		FROM secrets s JOIN credentials c ON c.id = s.credential_id
		WHERE s.credential_id IN (`+marks+`) AND (s.state <> 'revoked' OR s.version >= c.last_version - 1)
		ORDER BY s.credential_id, s.version`, args, func(r *sql.Rows) error {
		var id models.CredentialID
		var s models.SecretVersion
		var created, first, last, ended sql.NullInt64
		err := r.Scan(&id, &s.Version, &s.Kind, &s.State, &s.Fingerprint, &s.Masked, &created, &first, &last, &s.Uses, &ended)
		s.CreatedAt, s.FirstUse, s.LastUse, s.EndedAt = instant(created), instant(first), instant(last), instant(ended)
		add(id, s)
		return err
	})
}

func (q *queries) Presented(lookup []byte) (policy.Presented, error) {
	var p policy.Presented
	var owner, rotation sql.NullString
	var seat sql.NullBool
	var grace sql.NullInt64
	err := q.row(`SELECT c.id, c.state, s.version, s.kind, s.state, c.owner_id, m.seat, c.rotation_id,
			(SELECT r.grace_ends FROM rotations r WHERE r.id = c.rotation_id AND r.state = 'retiring' AND r.old_version = s.version),
			EXISTS (SELECT 1 FROM rotations r WHERE r.id = c.rotation_id AND r.state IN ('pending', 'retiring') AND r.new_version = s.version AND r.first_use IS NULL)
		FROM secrets s JOIN credentials c ON c.id = s.credential_id LEFT JOIN members m ON m.id = c.owner_id
		WHERE s.lookup = $1`, lookup).
		Scan(&p.Credential, &p.State, &p.Secret.Version, &p.Secret.Kind, &p.Secret.State, &owner, &seat, &rotation, &grace, &p.Awaited)
	p.Owner, p.Seat, p.Rotation, p.GraceEnds = models.MemberID(owner.String), seat.Bool, models.RotationID(rotation.String), instant(grace)
	return p, noRows(err)
}

func (q *queries) Sealed(id models.CredentialID, version int) ([]byte, error) {
	var sealed []byte
	err := q.row(`SELECT sealed FROM secrets WHERE credential_id = $1 AND version = $2`, string(id), version).Scan(&sealed)
	return sealed, noRows(err)
}

func (q *queries) Callers(id models.CredentialID, limit int) ([]models.Caller, error) {
	out := []models.Caller{}
	err := q.each(`SELECT version, client, client_version, host, ci, first_use, last_use, uses FROM callers
		WHERE credential_id = $1 ORDER BY last_use DESC, version DESC, client, client_version, host, ci LIMIT $2`, []any{string(id), limit}, func(r *sql.Rows) error {
		var c models.Caller
		var first, last sql.NullInt64
		err := r.Scan(&c.SecretVersion, &c.Client, &c.ClientVersion, &c.Host, &c.CI, &first, &last, &c.Count)
		c.First, c.Last = instant(first), instant(last)
		out = append(out, c)
		return err
	})
	return out, err
}

const rotationColumns = `id, credential_id, state, old_version, new_version, overlap, grace_ms, reason, started_at, started_by,
	first_use, confirmed_at, grace_ends, ended_at, ended_by, revision`

func (q *queries) rotations(where string, args ...any) ([]models.Rotation, error) {
	out := []models.Rotation{}
	err := q.each(`SELECT `+rotationColumns+` FROM rotations `+where, args, func(r *sql.Rows) error {
		var x models.Rotation
		var grace int64
		var started, first, confirmed, ends, ended sql.NullInt64
		err := r.Scan(&x.ID, &x.Credential, &x.State, &x.OldVersion, &x.NewVersion, &x.Overlap.Mode, &grace, &x.Reason, &started, &x.StartedBy,
			&first, &confirmed, &ends, &ended, &x.EndedBy, &x.Revision)
		x.Overlap.Grace = time.Duration(grace) * time.Millisecond
		x.StartedAt, x.FirstUse, x.ConfirmedAt, x.GraceEnds, x.EndedAt = instant(started), instant(first), instant(confirmed), instant(ends), instant(ended)
		out = append(out, x)
		return err
	})
	return out, err
}

func (q *queries) Rotations(id models.CredentialID, limit int) ([]models.Rotation, error) {
	return q.rotations(`WHERE credential_id = $1 ORDER BY id DESC LIMIT $2`, string(id), limit)
}

func (q *queries) Rotation(id models.RotationID) (models.Rotation, error) {
	found, err := q.rotations(`WHERE id = $1`, string(id))
	if err == nil && len(found) == 0 {
		return models.Rotation{}, policy.ErrNotFound
	}
	if err != nil {
		return models.Rotation{}, err
	}
	return found[0], nil
}

func (q *queries) GraceEnding(until time.Time, limit int) ([]models.Rotation, error) {
	return q.rotations(`WHERE state = 'retiring' AND grace_ends <= $1 ORDER BY grace_ends LIMIT $2`, until.UnixMilli(), limit)
}

func (q *queries) NextGraceEnd() (time.Time, error) {
	var next sql.NullInt64
	err := q.row(`SELECT MIN(grace_ends) FROM rotations WHERE state = 'retiring'`).Scan(&next)
	return instant(next), err
}

package store

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

const credentialColumns = `c.kind, c.name, c.state, c.created_at, c.changed_at, c.changed_by,
	c.revision, c.value_known, c.rotation_id, c.use_last, c.use_count, c.use_client, c.use_version, c.use_host, c.use_ci, c.use_days,
	c.refused_last, c.refused_count, c.refused_client, c.refused_host, c.position, c.owner_id`

// ownerColumns follow the other ones unless the owners are known.
const ownerColumns, ownerJoin = `, m.name, m.email`, ` LEFT JOIN members m ON m.id = c.owner_id`

// credentialOf reads one row of credentialColumns, which leave out the id.
func credentialOf(r *record, today int64, named bool) (c models.Credential, rotated bool, position int64) {
	c.Kind, c.Name, c.State = models.Kind(r.text()), r.text(), models.CredentialState(r.text())
	c.CreatedAt, c.ChangedAt, c.ChangedBy = r.instant(), r.instant(), r.text()
	c.Revision, c.ValueKnown = models.Revision(r.number()), r.flag()
	rotated = r.text() != ""
	c.Use = models.Use{Last: r.instant(), Count: r.number(), Client: r.text(), Version: r.text(), Host: r.text(), CI: r.flag()}
	c.Use.Recent = countSince(r.text(), today-models.RecentDays+1)
	c.RefusedCI = models.Use{Last: r.instant(), Count: r.number(), Client: r.text(), Host: r.text()}
	position = r.number()
	if owner := models.MemberID(r.text()); owner != "" {
		c.Owner = &models.MemberRef{ID: owner}
		if named {
			c.Owner.Name, c.Owner.Email = r.text(), r.text()
		}
	}
	return c, rotated, position
}

// span is a part of the credentials c or of the members m: those for which a condition holds, in the
// order of a key, up to a number.
type span struct {
	where  string
	either []string // of these conditions too, if there are any, one must hold
	args   []any
	key    string
	limit  int
	known  bool // whoever asks knows the owners: only their ids are read
	apart  bool // what it holds does not lie beside each other
}

// arg adds an argument and returns its placeholder.
func (s *span) arg(v any) string {
	s.args = append(s.args, v)
	return fmt.Sprintf("$%d", len(s.args))
}

// upTo is the same span bounded by its last key, so that another query meets the same objects.
func (s span) upTo(last any) span {
	s.args = slices.Clone(s.args)
	s.where += " AND " + s.key + " <= " + s.arg(last)
	if len(s.either) > 0 {
		s.where += " AND (" + strings.Join(s.either, " OR ") + ")"
	}
	return s
}

// keys selects the keys k of the credentials of a span, with its arguments. Conditions of which one must
// hold are asked for one by one: an index holds each of their parts in order, but not all together, and
// sorting what is left of a long list for every page of it takes longer than reading the pages.
func (s span) keys() (string, []any) {
	s.args = slices.Clone(s.args)
	limit := " LIMIT " + s.arg(s.limit)
	keys := "SELECT " + s.key + " AS k FROM credentials c WHERE " + s.where
	order := " ORDER BY " + s.key + limit
	if len(s.either) == 0 {
		return keys + order, s.args
	}
	var parts []string
	for _, condition := range s.either {
		parts = append(parts, "SELECT k FROM ("+keys+" AND "+condition+order+") AS part")
	}
	return strings.Join(parts, " UNION ALL ") + " ORDER BY k" + limit, s.args
}

func (q *queries) Credentials(f models.CredentialFilter, after models.CredentialID, limit int) ([]models.Credential, error) {
	s := span{key: "c.id", limit: limit}
	s.where = "c.id > " + s.arg(string(after))
	kinds := slices.Clone(f.Kinds)
	slices.Sort(kinds)
	for _, kind := range slices.Compact(kinds) {
		s.either = append(s.either, "c.kind = "+s.arg(string(kind)))
	}
	if len(f.States) > 0 {
		s.where += " AND c.state IN (" + placeholders(&s, f.States) + ")"
	}
	found, err := q.credentialPage(s)
	return objects(found), err
}

func (q *queries) Credential(id models.CredentialID) (models.Credential, error) {
	found, err := q.credentials(span{where: "c.id = $1", args: []any{string(id)}}, 1)
	if err == nil && len(found) == 0 {
		return models.Credential{}, policy.ErrNotFound
	}
	if err != nil {
		return models.Credential{}, err
	}
	return found[0].Object, nil
}

func (q *queries) CredentialsChanged(after int64, limit int) ([]policy.Changed[models.Credential], error) {
	return q.credentialPage(span{where: "c.position > $1", args: []any{after}, key: "c.position", limit: limit})
}

// credentialPage finds where the page ends and loads it up to there.
func (q *queries) credentialPage(s span) ([]policy.Changed[models.Credential], error) {
	var last any
	var expected int
	keys, args := s.keys()
	err := q.row(`SELECT MAX(k), COUNT(*) FROM (`+keys+`) AS page`, args...).Scan(&last, &expected)
	if err != nil || last == nil {
		return nil, err
	}
	found, err := q.credentials(s.upTo(last), expected)
	byPosition := s.key == "c.position"
	slices.SortFunc(found, func(a, b policy.Changed[models.Credential]) int {
		if byPosition {
			return cmp.Compare(a.Position, b.Position)
		}
		return cmp.Compare(a.Object.ID, b.Object.ID)
	})
	return found, err
}

// credentials loads all credentials of a span with their rotations and with the secret versions that
// work or were the newest to end: two queries, whatever their number.
func (q *queries) credentials(s span, expected int) ([]policy.Changed[models.Credential], error) {
	list := make([]policy.Changed[models.Credential], 0, expected)
	index := make(map[models.CredentialID]int, expected)
	anyRotated := false
	columns, join := ownerColumns, ownerJoin
	if s.known {
		columns, join = "", ""
	}
	err := q.each(`c.id, `+secretColumns+`, `+credentialColumns+columns, `credentials c JOIN secrets s ON s.credential_id = c.id AND (s.state <> 'revoked' OR s.version >= c.last_version - 1)
		`+join+` WHERE `+s.where, s.args, func(r *record) {
		id, version := models.CredentialID(r.text()), secretOf(r)
		i, known := index[id]
		if !known {
			c, rotated, position := credentialOf(r, q.today, !s.known)
			c.ID, i = id, len(list)
			anyRotated = anyRotated || rotated
			index[id] = i
			list = append(list, policy.Changed[models.Credential]{Object: c, Position: position})
		}
		addVersion(&list[i].Object, version)
	})
	if err != nil || !anyRotated {
		return list, err
	}
	err = q.each(rotationColumns, `credentials c JOIN rotations r ON r.id = c.rotation_id WHERE `+s.where, s.args, func(r *record) {
		x := rotationOf(r)
		list[index[x.Credential]].Object.Rotation = &x
	})
	return list, err
}

const secretColumns = `s.version, s.kind, s.state, s.fingerprint, s.masked, s.created_at, s.first_use, s.last_use, s.uses, s.ended_at`

// secretOf reads one row of secretColumns.
func secretOf(r *record) models.SecretVersion {
	return models.SecretVersion{
		Version: int(r.number()), Kind: models.Kind(r.text()), State: models.SecretState(r.text()), Fingerprint: r.text(), Masked: r.text(),
		CreatedAt: r.instant(), FirstUse: r.instant(), LastUse: r.instant(), Uses: r.number(), EndedAt: r.instant(),
	}
}

// addVersion keeps the oldest version first.
func addVersion(c *models.Credential, v models.SecretVersion) {
	i := len(c.Secrets)
	if i == 0 {
		c.Secrets = []models.SecretVersion{v}
		return
	}
	for i > 0 && c.Secrets[i-1].Version > v.Version {
		i--
	}
	c.Secrets = slices.Insert(c.Secrets, i, v)
}

func (q *queries) Presented(lookup []byte) (policy.Presented, error) {
	return ScanPresented(q.row(PresentedQuery, lookup))
}

func (q *queries) Sealed(id models.CredentialID, version int) ([]byte, error) {
	var sealed []byte
	err := q.row(`SELECT sealed FROM secrets WHERE credential_id = $1 AND version = $2`, string(id), version).Scan(&sealed)
	return sealed, noRows(err)
}

func (q *queries) Callers(id models.CredentialID, limit int) ([]models.Caller, error) {
	out := []models.Caller{}
	err := q.each(`version, client, client_version, host, ci, first_use, last_use, uses`, `callers
		WHERE credential_id = $1 ORDER BY last_use DESC, version DESC, client, client_version, host, ci LIMIT $2`, []any{string(id), limit}, func(r *record) {
		out = append(out, models.Caller{
			SecretVersion: int(r.number()), Client: r.text(), ClientVersion: r.text(), Host: r.text(), CI: r.flag(),
			First: r.instant(), Last: r.instant(), Count: r.number(),
		})
	})
	return out, err
}

const rotationFields = `id, credential_id, state, old_version, new_version, overlap, grace_ms, reason, started_at, started_by,
	started_by_id, started_from, asked, first_use, confirmed_at, grace_ends, ended_at, ended_by, revision`

const rotationColumns = `r.id, r.credential_id, r.state, r.old_version, r.new_version, r.overlap, r.grace_ms, r.reason, r.started_at, r.started_by,
	r.started_by_id, r.started_from, r.asked, r.first_use, r.confirmed_at, r.grace_ends, r.ended_at, r.ended_by, r.revision`

// rotationOf reads one row of rotationColumns.
func rotationOf(r *record) models.Rotation {
	return models.Rotation{
		ID: models.RotationID(r.text()), Credential: models.CredentialID(r.text()), State: models.RotationState(r.text()),
		OldVersion: int(r.number()), NewVersion: int(r.number()),
		Overlap: models.Overlap{Mode: models.OverlapMode(r.text()), Grace: time.Duration(r.number()) * time.Millisecond},
		Reason:  r.text(), StartedAt: r.instant(), StartedBy: r.text(),
		StartedByID: models.MemberID(r.text()), StartedFrom: r.text(), Asked: r.text(), FirstUse: r.instant(), ConfirmedAt: r.instant(),
		GraceEnds: r.instant(), EndedAt: r.instant(), EndedBy: r.text(), Revision: models.Revision(r.number()),
	}
}

func (q *queries) rotations(where string, args ...any) ([]models.Rotation, error) {
	out := []models.Rotation{}
	err := q.each(rotationColumns, `rotations r `+where, args, func(r *record) { out = append(out, rotationOf(r)) })
	return out, err
}

func (q *queries) Rotations(id models.CredentialID, limit int) ([]models.Rotation, error) {
	return q.rotations(`WHERE credential_id = $1 ORDER BY new_version DESC, id DESC LIMIT $2`, string(id), limit)
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

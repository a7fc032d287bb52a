package store

import (
	"cmp"
	"database/sql"
	"slices"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// What tells where the workspace stands.
const (
	standingColumns = `w.position, w.key_id, e.seq, e.hash`
	standingFrom    = ` FROM workspace w LEFT JOIN events e ON e.seq = w.last_event`
)

// scanStanding reads those columns, and more behind them.
func scanStanding(row interface{ Scan(into ...any) error }, more ...any) (s policy.Standing, err error) {
	var seq sql.NullInt64
	var hash sql.NullString
	err = row.Scan(append([]any{&s.Position, &s.Key, &seq, &hash}, more...)...)
	s.Head.Seq = seq.Int64
	s.Head.Hash, _ = models.ParseEventHash(hash.String) // what is no hash is a wrong one
	return s, noRows(err)
}

// SignInQuery asks who signs in with the secret of a keyed hash, and where the workspace stands. There is a row for an
// unknown one too, as with PresentedQuery.
const SignInQuery = `SELECT ` + standingColumns + `, w.reveal, w.members_use_ci, c.id, c.state, s.kind, s.state, m.id, m.email, m.name, m.role` +
	standingFrom + ` LEFT JOIN secrets s ON s.lookup = $1` + presentedOwner

// ScanSignIn reads its row.
func ScanSignIn(row interface{ Scan(into ...any) error }) (policy.SignIn, error) {
	var found policy.SignIn
	var credential, state, kind, secretState, owner, email, name, role sql.NullString
	stands, err := scanStanding(row, &found.Workspace.PersonalReveal, &found.Workspace.MembersUseCI, &credential, &state, &kind, &secretState, &owner, &email, &name, &role)
	if err != nil {
		return policy.SignIn{}, err
	}
	found.Standing = stands
	found.Credential, found.State = models.CredentialID(credential.String), models.CredentialState(state.String)
	found.Secret.Kind, found.Secret.State = models.Kind(kind.String), models.SecretState(secretState.String)
	found.Owner = models.Member{ID: models.MemberID(owner.String), Email: email.String, Name: name.String, Role: models.Role(role.String)}
	return found, nil
}

func (q *queries) Standing() (policy.Standing, error) {
	return scanStanding(q.row(`SELECT ` + standingColumns + standingFrom))
}

func (w *writes) Standing() (s policy.Standing, err error) {
	if err = w.count(); err == nil {
		s.Head, err = w.EventHead()
	}
	s.Position, s.Key = w.position, w.key
	return s, err
}

func (q *queries) Moved(after int64, limit int) (m policy.Moved, ok bool, err error) {
	err = q.each(`id, owner_id`, `credentials WHERE position > $1 ORDER BY position LIMIT $2`, []any{after, limit + 1}, func(r *record) {
		m.Credentials = append(m.Credentials, models.CredentialID(r.text()))
		if owner := r.text(); owner != "" {
			m.Members = append(m.Members, models.MemberID(owner))
		}
	})
	if err != nil || len(m.Credentials) > limit {
		return policy.Moved{}, false, err
	}
	before := len(m.Members)
	err = q.each(`id`, `members WHERE position > $1 ORDER BY position LIMIT $2`, []any{after, limit + 1}, func(r *record) {
		m.Members = append(m.Members, models.MemberID(r.text()))
	})
	if err != nil || len(m.Members)-before > limit {
		return policy.Moved{}, false, err
	}
	slices.Sort(m.Credentials)
	slices.Sort(m.Members)
	m.Members = slices.Compact(m.Members)
	return m, true, nil
}

// someAtOnce is how many objects one query asks for by their ids.
const someAtOnce = 64

// some is the span of objects with those ids, which are someAtOnce at most. There are few different queries of
// this kind, so that each stays prepared: the last id fills up.
func some[T ~string](key string, ids []T) span {
	n := 1
	for n < len(ids) {
		n *= 2
	}
	filled := slices.Clone(ids)
	for len(filled) < n {
		filled = append(filled, ids[len(ids)-1])
	}
	s := span{key: key, limit: len(ids), apart: true}
	s.where = key + " IN (" + placeholders(&s, filled) + ")"
	return s
}

func (q *queries) CredentialsOf(ids []models.CredentialID) (list []models.Credential, err error) {
	for part := range slices.Chunk(ids, someAtOnce) {
		found, err := q.credentials(some("c.id", part), len(part))
		if err != nil {
			return nil, err
		}
		list = append(list, objects(found)...)
	}
	slices.SortFunc(list, func(a, b models.Credential) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
}

func (q *queries) MembersOf(ids []models.MemberID) (list []models.Member, err error) {
	for part := range slices.Chunk(ids, someAtOnce) {
		found, err := q.members(some("m.id", part))
		if err != nil {
			return nil, err
		}
		list = append(list, objects(found)...)
	}
	slices.SortFunc(list, func(a, b models.Member) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
}

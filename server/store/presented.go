package store

import (
	"database/sql"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// What a presented secret is, found by its keyed hash. There is a row for an unknown one too, found with as
// many steps, so that it takes as long.
const (
	presentedColumns = `w.revision, w.key_id, c.id, c.state, s.version, s.kind, s.state, c.owner_id, m.seat, c.rotation_id,
		(SELECT r.grace_ends FROM rotations r WHERE r.id = c.rotation_id AND r.state = 'retiring' AND r.old_version = s.version),
		EXISTS (SELECT 1 FROM rotations r WHERE r.id = c.rotation_id AND r.state IN ('pending', 'retiring') AND r.new_version = s.version AND r.first_use IS NULL),
		s.first_use IS NULL`
	presentedOwner = ` LEFT JOIN credentials c ON c.id = s.credential_id LEFT JOIN members m ON m.id = c.owner_id`

	// PresentedQuery asks about one.
	PresentedQuery = `SELECT ` + presentedColumns + ` FROM workspace w LEFT JOIN secrets s ON s.lookup = $1` + presentedOwner

	// PresentedTogether asks PostgreSQL about several; each row ends with the number of what it answers, from 1.
	PresentedTogether = `SELECT ` + presentedColumns + `, asked.n
		FROM workspace w CROSS JOIN unnest($1::bytea[]) WITH ORDINALITY AS asked (lookup, n) LEFT JOIN secrets s ON s.lookup = asked.lookup` + presentedOwner
)

// ScanPresented reads a row of either query; more is for the columns behind.
func ScanPresented(row interface{ Scan(into ...any) error }, more ...any) (policy.Presented, error) {
	var p policy.Presented
	var credential, state, kind, secretState, owner, rotation sql.NullString
	var version, grace sql.NullInt64
	var seat sql.NullBool
	into := []any{&p.Workspace, &p.Key, &credential, &state, &version, &kind, &secretState, &owner, &seat, &rotation, &grace, &p.Awaited, &p.Fresh}
	err := row.Scan(append(into, more...)...)
	if err != nil || !credential.Valid {
		return policy.Presented{Workspace: p.Workspace, Key: p.Key}, noRows(err)
	}
	p.Credential, p.State = models.CredentialID(credential.String), models.CredentialState(state.String)
	p.Secret.Version, p.Secret.Kind, p.Secret.State = int(version.Int64), models.Kind(kind.String), models.SecretState(secretState.String)
	p.Owner, p.Seat, p.Rotation, p.GraceEnds = models.MemberID(owner.String), seat.Bool, models.RotationID(rotation.String), instant(grace)
	return p, nil
}

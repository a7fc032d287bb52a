package store

import (
	"database/sql"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// PresentedQuery finds what a presented secret is by its keyed hash. It has a row for unknown ones too,
// found with as many steps, so that they take as long.
const PresentedQuery = `SELECT w.revision, c.id, c.state, s.version, s.kind, s.state, c.owner_id, m.seat, c.rotation_id,
		(SELECT r.grace_ends FROM rotations r WHERE r.id = c.rotation_id AND r.state = 'retiring' AND r.old_version = s.version),
		EXISTS (SELECT 1 FROM rotations r WHERE r.id = c.rotation_id AND r.state IN ('pending', 'retiring') AND r.new_version = s.version AND r.first_use IS NULL),
		s.first_use IS NULL
	FROM workspace w LEFT JOIN secrets s ON s.lookup = $1 LEFT JOIN credentials c ON c.id = s.credential_id LEFT JOIN members m ON m.id = c.owner_id`

// ScanPresented reads the answer to PresentedQuery.
func ScanPresented(row *sql.Row) (policy.Presented, error) {
	var p policy.Presented
	var credential, state, kind, secretState, owner, rotation sql.NullString
	var version, grace sql.NullInt64
	var seat sql.NullBool
	err := row.Scan(&p.Workspace, &credential, &state, &version, &kind, &secretState, &owner, &seat, &rotation, &grace, &p.Awaited, &p.Fresh)
	if err != nil || !credential.Valid {
		return policy.Presented{Workspace: p.Workspace}, noRows(err)
	}
	p.Credential, p.State = models.CredentialID(credential.String), models.CredentialState(state.String)
	p.Secret.Version, p.Secret.Kind, p.Secret.State = int(version.Int64), models.Kind(kind.String), models.SecretState(secretState.String)
	p.Owner, p.Seat, p.Rotation, p.GraceEnds = models.MemberID(owner.String), seat.Bool, models.RotationID(rotation.String), instant(grace)
	return p, nil
}

package store

import (
	"fmt"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// SealedSecrets goes through the primary key, so that every page costs the same.
func (q *queries) SealedSecrets(after policy.SecretPlace, limit int) (list []policy.SealedSecret, err error) {
	rows, err := q.Tx.QueryContext(q.Ctx, `SELECT credential_id, version, lookup, sealed, fingerprint FROM secrets
		WHERE (credential_id, version) > ($1, $2) AND sealed IS NOT NULL ORDER BY credential_id, version LIMIT $3`,
		string(after.Credential), after.Version, limit)
	if err != nil {
		return nil, fmt.Errorf("read the sealed secrets: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		var s policy.SealedSecret
		if err := rows.Scan(&id, &s.Version, &s.Lookup, &s.Sealed, &s.Fingerprint); err != nil {
			return nil, fmt.Errorf("read the sealed secrets: %w", err)
		}
		s.Credential = models.CredentialID(id)
		list = append(list, s)
	}
	return list, rows.Err()
}

func (w *writes) Reseal(s policy.SealedSecret) error {
	return w.exec(`UPDATE secrets SET lookup = $3, sealed = $4, fingerprint = $5 WHERE credential_id = $1 AND version = $2`,
		string(s.Credential), s.Version, s.Lookup, s.Sealed, s.Fingerprint)
}

// TouchAll moves all positions by as much, so that they stay apart from each other.
func (w *writes) TouchAll(behind int64) error {
	if err := w.count(); err != nil {
		return err
	}
	w.position += behind
	for _, table := range []string{"members", "credentials"} {
		if err := w.exec(`UPDATE `+table+` SET position = position + $1`, behind); err != nil {
			return err
		}
	}
	return nil
}

package store

import (
	"database/sql"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// maxCallers bounds the callers kept per secret version: the last of them stands for all later ones.
const maxCallers = 200

// otherClient is the caller under which the ones beyond maxCallers are counted.
const otherClient = "other"

func (w *writes) AddUse(u policy.SingleUse) error {
	p, err := w.nextPosition()
	if err != nil {
		return err
	}
	at := ms(u.At)
	var kept string
	if err := w.row(`SELECT use_days FROM credentials WHERE id = $1`, string(u.Credential)).Scan(&kept); err != nil {
		return noRows(err)
	}
	counted := parseDays(kept).add(dayOf(u.At), 1).String()
	err = w.exec(`UPDATE credentials SET use_last = $2, use_count = use_count + 1, use_client = $3, use_version = $4,
		use_host = $5, use_ci = $6, use_days = $7, position = $8 WHERE id = $1`,
		string(u.Credential), at, u.Client, u.ClientVer, u.Host, flag(u.CI), counted, p)
	if err != nil {
		return err
	}
	err = w.exec(`UPDATE secrets SET first_use = COALESCE(first_use, $3), last_use = $3, uses = uses + 1 WHERE credential_id = $1 AND version = $2`,
		string(u.Credential), u.Version, at)
	if err != nil {
		return err
	}
	return w.addCaller(u, at)
}

func (w *writes) addCaller(u policy.SingleUse, at sql.NullInt64) error {
	var known, others int
	err := w.row(`SELECT COUNT(*), COALESCE(SUM(CASE WHEN client = $3 AND client_version = $4 AND host = $5 AND ci = $6 THEN 1 ELSE 0 END), 0)
		FROM callers WHERE credential_id = $1 AND version = $2`,
		string(u.Credential), u.Version, u.Client, u.ClientVer, u.Host, flag(u.CI)).Scan(&others, &known)
	if err != nil {
		return err
	}
	if known == 0 && others >= maxCallers-1 {
		u.Client, u.ClientVer, u.Host, u.CI = otherClient, "", "", false
	}
	return w.exec(`INSERT INTO callers (credential_id, version, client, client_version, host, ci, first_use, last_use, uses) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1)
		ON CONFLICT (credential_id, version, client, client_version, host, ci) DO UPDATE SET last_use = excluded.last_use, uses = callers.uses + 1`,
		string(u.Credential), u.Version, u.Client, u.ClientVer, u.Host, flag(u.CI), at)
}

func (w *writes) AddRefusalInCI(u policy.SingleUse) (firstToday bool, err error) {
	p, err := w.nextPosition()
	if err != nil {
		return false, err
	}
	err = w.exec(`UPDATE credentials SET refused_last = $2, refused_count = refused_count + 1, refused_client = $3, refused_host = $4, position = $5 WHERE id = $1`,
		string(u.Credential), ms(u.At), u.Client, u.Host, p)
	if err != nil {
		return false, err
	}
	day := dayOf(u.At)
	if err := w.exec(`DELETE FROM refusals WHERE day < $1`, day-1); err != nil {
		return false, err
	}
	err = w.exec(`INSERT INTO refusals (credential_id, day, host) VALUES ($1, $2, $3)`, string(u.Credential), day, u.Host)
	if err == policy.ErrTaken {
		return false, nil
	}
	return err == nil, err
}

func (w *writes) SetUse(id models.CredentialID, version int, callers []models.Caller, refusedCI int64, now time.Time) error {
	p, err := w.nextPosition()
	if err != nil {
		return err
	}
	if err := w.exec(`DELETE FROM callers WHERE credential_id = $1 AND version = $2`, string(id), version); err != nil {
		return err
	}
	var sum days
	var last models.Caller
	var first sql.NullInt64
	var count int64
	for _, c := range callers {
		err := w.exec(`INSERT INTO callers (credential_id, version, client, client_version, host, ci, first_use, last_use, uses) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (credential_id, version, client, client_version, host, ci) DO UPDATE SET
				first_use = CASE WHEN excluded.first_use < callers.first_use THEN excluded.first_use ELSE callers.first_use END,
				last_use = CASE WHEN excluded.last_use > callers.last_use THEN excluded.last_use ELSE callers.last_use END, uses = callers.uses + excluded.uses`,
			string(id), version, c.Client, c.ClientVersion, c.Host, flag(c.CI), ms(c.First), ms(c.Last), c.Count)
		if err != nil {
			return err
		}
		sum = sum.spread(c, dayOf(now))
		count += c.Count
		if c.Last.After(last.Last) {
			last = c
		}
		if begin := ms(c.First); !first.Valid || begin.Int64 < first.Int64 {
			first = begin
		}
	}
	err = w.exec(`UPDATE secrets SET first_use = $3, last_use = $4, uses = $5 WHERE credential_id = $1 AND version = $2`,
		string(id), version, first, ms(last.Last), count)
	if err != nil {
		return err
	}
	refused := sql.NullInt64{}
	if refusedCI > 0 {
		refused = ms(now)
	}
	return w.exec(`UPDATE credentials SET use_last = $2, use_count = $3, use_client = $4, use_version = $5, use_host = $6, use_ci = $7, use_days = $8,
		refused_count = $9, refused_last = COALESCE(refused_last, $10), position = $11 WHERE id = $1`,
		string(id), ms(last.Last), count, last.Client, last.ClientVersion, last.Host, flag(last.CI), sum.String(), refusedCI, refused, p)
}

package store

import (
	"database/sql"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

func (w *writes) AddUse(u policy.Uses) error {
	p, err := w.nextPosition()
	if err != nil {
		return err
	}
	first, last := ms(u.First), ms(u.At)
	var kept string
	if err := w.one(`SELECT use_days FROM credentials WHERE id = $1`, []any{string(u.Credential)}, &kept); err != nil {
		return err
	}
	counted := parseDays(kept).add(dayOf(u.At), u.Count).String()
	err = w.exec(`UPDATE credentials SET use_count = use_count + $2, use_days = $3, position = $4 WHERE id = $1`, string(u.Credential), u.Count, counted, p)
	if err != nil {
		return err
	}
	err = w.exec(`UPDATE credentials SET use_last = $2, use_client = $3, use_version = $4, use_host = $5, use_ci = $6 WHERE id = $1 AND COALESCE(use_last, 0) <= $2`,
		string(u.Credential), last, u.Client, u.ClientVer, u.Host, flag(u.CI))
	if err != nil {
		return err
	}
	err = w.exec(`UPDATE secrets SET uses = uses + $3,
			first_use = CASE WHEN first_use < $4 THEN first_use ELSE $4 END, last_use = CASE WHEN last_use > $5 THEN last_use ELSE $5 END
		WHERE credential_id = $1 AND version = $2`,
		string(u.Credential), u.Version, u.Count, first, last)
	if err != nil {
		return err
	}
	return w.addCaller(u, first, last)
}

func (w *writes) addCaller(u policy.Uses, first, last sql.NullInt64) error {
	var known, others int
	err := w.row(`SELECT COUNT(*), COALESCE(SUM(CASE WHEN client = $3 AND client_version = $4 AND host = $5 AND ci = $6 THEN 1 ELSE 0 END), 0)
		FROM callers WHERE credential_id = $1 AND version = $2`,
		string(u.Credential), u.Version, u.Client, u.ClientVer, u.Host, flag(u.CI)).Scan(&others, &known)
	if err != nil {
		return err
	}
	if known == 0 && others >= policy.MaxCallers-1 {
		u.Client, u.ClientVer, u.Host, u.CI = policy.OtherClient, "", "", false
	}
	return w.exec(`INSERT INTO callers (credential_id, version, client, client_version, host, ci, first_use, last_use, uses) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (credential_id, version, client, client_version, host, ci) DO UPDATE SET uses = callers.uses + excluded.uses,
			first_use = CASE WHEN callers.first_use < excluded.first_use THEN callers.first_use ELSE excluded.first_use END,
			last_use = CASE WHEN callers.last_use > excluded.last_use THEN callers.last_use ELSE excluded.last_use END`,
		string(u.Credential), u.Version, u.Client, u.ClientVer, u.Host, flag(u.CI), first, last, u.Count)
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
	added, err := w.change(`INSERT INTO refusals (credential_id, day, host) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, string(u.Credential), day, u.Host)
	return added > 0, err
}

func (w *writes) SetUse(id models.CredentialID, callers []models.Caller, refusedCI int64, now time.Time) error {
	p, err := w.nextPosition()
	if err != nil {
		return err
	}
	if len(callers) > 0 {
		if err := w.setCallers(id, callers, dayOf(now)); err != nil {
			return err
		}
	}
	return w.exec(`UPDATE credentials SET refused_last = CASE WHEN refused_count < $2 THEN COALESCE(refused_last, $3) ELSE refused_last END,
			refused_count = CASE WHEN refused_count < $2 THEN $2 ELSE refused_count END, position = $4 WHERE id = $1`,
		string(id), refusedCI, ms(now), p)
}

// setCallers puts callers in place and sums them up in the versions and in the credential.
func (w *writes) setCallers(id models.CredentialID, callers []models.Caller, today int64) error {
	var kept string
	if err := w.one(`SELECT use_days FROM credentials WHERE id = $1`, []any{string(id)}, &kept); err != nil {
		return err
	}
	counted := parseDays(kept)
	for _, c := range callers {
		more, err := w.setCaller(id, c)
		if err != nil {
			return err
		}
		c.Count = more
		counted = counted.spread(c, today)
	}
	err := w.exec(`UPDATE secrets SET (first_use, last_use, uses) =
			(SELECT MIN(first_use), MAX(last_use), COALESCE(SUM(uses), 0) FROM callers WHERE credential_id = $1 AND version = secrets.version)
		WHERE credential_id = $1`, string(id))
	if err != nil {
		return err
	}
	return w.exec(`UPDATE credentials SET use_days = $2, use_count = (SELECT SUM(uses) FROM callers WHERE credential_id = $1),
			(use_last, use_client, use_version, use_host, use_ci) = (SELECT last_use, client, client_version, host, ci FROM callers
				WHERE credential_id = $1 ORDER BY last_use DESC, version DESC, client, client_version, host, ci LIMIT 1)
		WHERE id = $1`, string(id), counted.String())
}

// setCaller puts one caller in place and returns how many uses that adds.
func (w *writes) setCaller(id models.CredentialID, c models.Caller) (more int64, err error) {
	var before int64
	err = w.one(`SELECT COALESCE(SUM(uses), 0) FROM callers
		WHERE credential_id = $1 AND version = $2 AND client = $3 AND client_version = $4 AND host = $5 AND ci = $6`,
		[]any{string(id), c.SecretVersion, c.Client, c.ClientVersion, c.Host, flag(c.CI)}, &before)
	if err != nil {
		return 0, err
	}
	return c.Count - before, w.putCaller(id, c)
}

// putCaller puts one caller in the place of the same one, if there is any.
func (w *writes) putCaller(id models.CredentialID, c models.Caller) error {
	return w.exec(`INSERT INTO callers (credential_id, version, client, client_version, host, ci, first_use, last_use, uses) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (credential_id, version, client, client_version, host, ci) DO UPDATE SET
			first_use = excluded.first_use, last_use = excluded.last_use, uses = excluded.uses`,
		string(id), c.SecretVersion, c.Client, c.ClientVersion, c.Host, flag(c.CI), ms(c.First), ms(c.Last), c.Count)
}

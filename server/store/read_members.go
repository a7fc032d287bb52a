package store

import (
	"database/sql"
	"fmt"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

const memberColumns = `id, email, name, role, seat, created_at, revision, position`

func scanMember(r interface{ Scan(...any) error }) (policy.Changed[models.Member], error) {
	var c policy.Changed[models.Member]
	m := &c.Object
	var created sql.NullInt64
	err := r.Scan(&m.ID, &m.Email, &m.Name, &m.Role, &m.Seat, &created, &m.Revision, &c.Position)
	m.CreatedAt = instant(created)
	return c, err
}

func (q *queries) Members(after models.MemberID, limit int) ([]models.Member, error) {
	found, err := q.members(`WHERE id > $1 ORDER BY id LIMIT $2`, string(after), limit)
	return objects(found), err
}

func (q *queries) Member(id models.MemberID) (models.Member, error) {
	found, err := q.members(`WHERE id = $1`, string(id))
	if err == nil && len(found) == 0 {
		return models.Member{}, policy.ErrNotFound
	}
	if err != nil {
		return models.Member{}, err
	}
	return found[0].Object, nil
}

func (q *queries) MembersChanged(after int64, limit int) ([]policy.Changed[models.Member], error) {
	return q.members(`WHERE position > $1 ORDER BY position LIMIT $2`, after, limit)
}

// members loads members with their personal token and their legacy key.
func (q *queries) members(where string, args ...any) ([]policy.Changed[models.Member], error) {
	var list []policy.Changed[models.Member]
	index := map[models.MemberID]int{}
	var ids []models.MemberID
	err := q.each(`SELECT `+memberColumns+` FROM members `+where, args, func(r *sql.Rows) error {
		m, err := scanMember(r)
		index[m.Object.ID] = len(list)
		ids = append(ids, m.Object.ID)
		list = append(list, m)
		return err
	})
	if err != nil || len(list) == 0 {
		return list, err
	}
	marks, owners := placeholders(1, ids)
	owned, err := q.credentials(fmt.Sprintf(`WHERE c.owner_id IN (%s) AND c.kind IN ('personal_token', 'legacy_api_key')`, marks), owners...)
	if err != nil {
		return nil, err
	}
	for i := range owned {
		c := owned[i].Object
		m := &list[index[c.Owner.ID]].Object
		switch {
		case c.Kind == models.PersonalToken:
			m.Token = c
		case c.State != models.Revoked || m.LegacyKey == nil:
			m.LegacyKey = &c
		}
	}
	return list, nil
}

func objects[T any](list []policy.Changed[T]) []T {
	out := make([]T, len(list))
	for i := range list {
		out[i] = list[i].Object
	}
	return out
}

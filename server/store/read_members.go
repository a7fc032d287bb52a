package store

import (
	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

func (q *queries) Members(after models.MemberID, limit int) ([]models.Member, error) {
	found, err := q.members(span{where: "m.id > $1", args: []any{string(after)}, key: "m.id", limit: limit})
	return objects(found), err
}

func (q *queries) Member(id models.MemberID) (models.Member, error) {
	found, err := q.members(span{where: "m.id = $1", args: []any{string(id)}, key: "m.id", limit: 1})
	if err == nil && len(found) == 0 {
		return models.Member{}, policy.ErrNotFound
	}
	if err != nil {
		return models.Member{}, err
	}
	return found[0].Object, nil
}

func (q *queries) MembersChanged(after int64, limit int) ([]policy.Changed[models.Member], error) {
	return q.members(span{where: "m.position > $1", args: []any{after}, key: "m.position", limit: limit})
}

// members loads a page of members with their personal tokens and their legacy keys.
func (q *queries) members(s span) ([]policy.Changed[models.Member], error) {
	room := min(s.limit, models.MaxPage+1)
	list := make([]policy.Changed[models.Member], 0, room)
	index := make(map[models.MemberID]int, room)
	limited := s
	order := " ORDER BY " + s.key + " LIMIT " + limited.arg(s.limit)
	err := q.each(`m.id, m.email, m.name, m.role, m.seat, m.created_at, m.revision, m.position`, `members m WHERE `+s.where+order, limited.args, func(r *record) {
		m := models.Member{
			ID: models.MemberID(r.text()), Email: r.text(), Name: r.text(), Role: models.Role(r.text()), Seat: r.flag(),
			CreatedAt: r.instant(), Revision: models.Revision(r.number()),
		}
		index[m.ID] = len(list)
		list = append(list, policy.Changed[models.Member]{Object: m, Position: r.number()})
	})
	if err != nil || len(list) == 0 {
		return list, err
	}
	first, last := list[0], list[len(list)-1]
	owned := span{where: `c.owner_id >= $1 AND c.owner_id <= $2`, args: []any{string(first.Object.ID), string(last.Object.ID)}, known: true}
	if s.apart || s.key == "m.position" {
		owned = s
		if !s.apart {
			owned = s.upTo(last.Position)
		}
		owned.known = true
		owned.where = `c.owner_id IN (SELECT m.id FROM members m WHERE ` + owned.where + `)`
	}
	credentials, err := q.credentials(owned, 2*len(list))
	if err != nil {
		return nil, err
	}
	for i := range credentials {
		c := &credentials[i].Object
		m := &list[index[c.Owner.ID]].Object
		c.Owner.Name, c.Owner.Email = m.Name, m.Email
		switch {
		case c.Kind == models.PersonalToken:
			m.Token = *c
		case c.State != models.Revoked || m.LegacyKey == nil:
			m.LegacyKey = c
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

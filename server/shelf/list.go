package shelf

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// kind says what moves the objects of a list.
type kind int

const (
	credentials kind = iota
	members          // each moves with its credentials
	kinds
)

// List is what is asked for page by page, in the order of the ids.
type List[T any] struct {
	kind kind
	name string // with what narrows it down: lists of one name are the same

	page   func(q policy.Queries, after string, n int) ([]T, error)
	some   func(q policy.Queries, ids []string) ([]T, error) // those that there are, whether or not the list holds them
	holds  func(*T) bool
	id     func(*T) string
	append func([]byte, *T) []byte // as it is told
}

// Members is the list of all members, each told by one.
func Members(one func([]byte, *models.Member) []byte) List[models.Member] {
	return List[models.Member]{
		kind: members, name: "members",
		page: func(q policy.Queries, after string, n int) ([]models.Member, error) {
			return q.Members(models.MemberID(after), n)
		},
		some: func(q policy.Queries, ids []string) ([]models.Member, error) {
			return q.MembersOf(as[models.MemberID](ids))
		},
		holds:  func(*models.Member) bool { return true },
		id:     func(m *models.Member) string { return string(m.ID) },
		append: one,
	}
}

// Credentials is the list of the credentials that a filter lets through, each told by one.
func Credentials(f models.CredentialFilter, one func([]byte, *models.Credential) []byte) List[models.Credential] {
	f = models.CredentialFilter{Kinds: sorted(f.Kinds), States: sorted(f.States)}
	return List[models.Credential]{
		kind: credentials, name: fmt.Sprint("credentials ", f.Kinds, f.States),
		page: func(q policy.Queries, after string, n int) ([]models.Credential, error) {
			return q.Credentials(f, models.CredentialID(after), n)
		},
		some: func(q policy.Queries, ids []string) ([]models.Credential, error) {
			return q.CredentialsOf(as[models.CredentialID](ids))
		},
		holds: func(c *models.Credential) bool {
			return (len(f.Kinds) == 0 || slices.Contains(f.Kinds, c.Kind)) && (len(f.States) == 0 || slices.Contains(f.States, c.State))
		},
		id:     func(c *models.Credential) string { return string(c.ID) },
		append: one,
	}
}

func sorted[T ~string](list []T) []T { return slices.Compact(slices.Sorted(slices.Values(list))) }

func as[To, From ~string](ids []From) []To {
	out := make([]To, len(ids))
	for i, id := range ids {
		out[i] = To(id)
	}
	return out
}

// Answer is a page of a list, as it is sent. now is where the workspace stood after it was asked for; the zero value
// where nobody has looked.
func Answer[T any](ctx context.Context, s *Shelf, l List[T], p models.Page, now policy.Standing) ([]byte, error) {
	limit, err := policy.IDPage(p)
	if err != nil {
		return nil, err
	}
	made, _, err := l.at(ctx, s, key{l.name, p.Cursor, limit}, now, s.now())
	if err != nil {
		return nil, err
	}
	return made.body, nil
}

// at is a page, for somebody who asked at that time; the zero time is nobody's. fits is false where there is no room for it.
func (l *List[T]) at(ctx context.Context, s *Shelf, k key, now policy.Standing, asked time.Time) (made *sheet, fits bool, err error) {
	day, began := s.from.Today(), s.standing()
	if ready, moved := s.find(k, now, day, asked); ready != nil && len(moved) == 0 {
		return ready, true, nil
	}
	var r reading[T]
	err = s.from.View(ctx, func(q policy.Queries) (err error) {
		if now, err = q.Standing(); err != nil {
			return err
		}
		if err = s.follow(q, began, now); err != nil {
			return err
		}
		r, err = l.read(q, s, k, now, day, asked)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	made = l.made(r, k.limit)
	if s.from.Today() != day {
		return made, true, nil // but nobody knows which day it counts
	}
	return made, s.keep(k, now, &page{sheet: made, kind: l.kind, day: day, used: asked}), nil
}

// reading is what a page is going to be made of: a sheet and what has moved on it, or all objects.
type reading[T any] struct {
	old   *sheet
	moved map[string]*T
	all   []T
}

func (l *List[T]) read(q policy.Queries, s *Shelf, k key, now policy.Standing, day int64, asked time.Time) (r reading[T], err error) {
	var ids []string
	if r.old, ids = s.find(k, now, day, asked); r.old != nil {
		items, err := l.some(q, ids)
		if err != nil {
			return r, err
		}
		if r.moved = l.within(r.old, ids, items); r.moved != nil {
			return r, nil
		}
	}
	r.old = nil
	r.all, err = l.page(q, k.after, k.limit+1)
	return r, err
}

// within returns what has moved on a sheet; nil if anything has come or gone, so that objects lie elsewhere.
func (l *List[T]) within(s *sheet, ids []string, items []T) map[string]*T {
	held := make(map[string]*T, len(items))
	for i := range items {
		if l.holds(&items[i]) {
			held[l.id(&items[i])] = &items[i]
		}
	}
	for _, id := range ids {
		if (held[id] != nil) != s.has(id) {
			return nil
		}
	}
	return held
}

// made is the sheet that was read.
func (l *List[T]) made(r reading[T], limit int) *sheet {
	switch {
	case r.old == nil:
		return l.write(r.all, limit)
	case len(r.moved) == 0:
		return r.old
	}
	return l.rewrite(r.old, r.moved)
}

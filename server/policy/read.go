package policy

import (
	"context"
	"strconv"
	"time"

	"github.com/oklog/ulid/v2"

	"example.com/keyturn/models"
)

// DefaultPage is how many objects a page has unless the caller asks for another number.
const DefaultPage = 100

// Bounds of the lists that are not paged.
const (
	maxUsage     = 200
	maxRotations = 100
)

// View runs fn on one consistent state, for somebody who keeps what was read.
func (s *Service) View(ctx context.Context, fn func(Queries) error) error {
	return s.store.Read(ctx, fn)
}

// Today is the day by which recent use is counted: days since 1970, in UTC.
func (s *Service) Today() int64 { return dayOf(s.clock()) }

// Workspace returns the workspace with its counts and what the caller may do.
func (s *Service) Workspace(ctx context.Context, c Caller) (models.Workspace, error) {
	var w models.Workspace
	err := s.store.Read(ctx, func(q Queries) (err error) {
		w, err = s.workspace(q, c)
		return err
	})
	return w, err
}

func (s *Service) workspace(q Queries, c Caller) (models.Workspace, error) {
	w, err := q.Workspace()
	if err != nil {
		return w, err
	}
	w.Now = s.clock()
	w.Caller = c.Principal
	if w.Head, err = q.EventHead(); err != nil {
		return w, err
	}
	w.Counts, err = q.Counts(w.Now.Add(-models.RecentDays * 24 * time.Hour))
	return w, err
}

// Members returns a page of members, in the order in which they joined.
func (s *Service) Members(ctx context.Context, c Caller, page models.Page) (models.MemberPage, error) {
	limit, err := IDPage(page)
	if err != nil {
		return models.MemberPage{}, err
	}
	out := models.MemberPage{}
	err = s.store.Read(ctx, func(q Queries) (err error) {
		out.Items, err = q.Members(models.MemberID(page.Cursor), limit+1)
		return err
	})
	if len(out.Items) > limit {
		out.Items = out.Items[:limit]
		out.Next = string(out.Items[limit-1].ID)
	}
	c.veilMembers(out.Items)
	return out, err
}

// Member returns one member.
func (s *Service) Member(ctx context.Context, c Caller, id models.MemberID) (models.Member, error) {
	var m models.Member
	err := s.store.Read(ctx, func(q Queries) (err error) {
		m, err = q.Member(id)
		return found("member", err)
	})
	c.veil(m.Token.Rotation)
	return m, err
}

// Credentials returns a page of credentials, in the order of their making.
func (s *Service) Credentials(ctx context.Context, c Caller, f models.CredentialFilter, page models.Page) (models.CredentialPage, error) {
	limit, err := IDPage(page)
	if err != nil {
		return models.CredentialPage{}, err
	}
	out := models.CredentialPage{}
	err = s.store.Read(ctx, func(q Queries) (err error) {
		out.Items, err = q.Credentials(f, models.CredentialID(page.Cursor), limit+1)
		return err
	})
	if len(out.Items) > limit {
		out.Items = out.Items[:limit]
		out.Next = string(out.Items[limit-1].ID)
	}
	c.veilCredentials(out.Items)
	return out, err
}

// Credential returns one credential.
func (s *Service) Credential(ctx context.Context, c Caller, id models.CredentialID) (models.Credential, error) {
	var one models.Credential
	err := s.store.Read(ctx, func(q Queries) (err error) {
		one, err = q.Credential(id)
		return found("credential", err)
	})
	c.veil(one.Rotation)
	return one, err
}

// Usage returns who uses a credential, the latest first, and whether there are more than it tells.
func (s *Service) Usage(ctx context.Context, _ Caller, id models.CredentialID) (callers []models.Caller, truncated bool, err error) {
	err = s.store.Read(ctx, func(q Queries) error {
		if _, err := q.Credential(id); err != nil {
			return found("credential", err)
		}
		callers, err = q.Callers(id, maxUsage+1)
		return err
	})
	if len(callers) > maxUsage {
		callers, truncated = callers[:maxUsage], true
	}
	return callers, truncated, err
}

// Rotations returns the rotations of a credential, the newest first.
func (s *Service) Rotations(ctx context.Context, c Caller, id models.CredentialID) ([]models.Rotation, error) {
	var list []models.Rotation
	err := s.store.Read(ctx, func(q Queries) error {
		_, err := q.Credential(id)
		if err != nil {
			return found("credential", err)
		}
		list, err = q.Rotations(id, maxRotations)
		return err
	})
	for i := range list {
		c.veil(&list[i])
	}
	return list, err
}

// Rotation returns one rotation with its credential.
func (s *Service) Rotation(ctx context.Context, c Caller, id models.RotationID) (models.Rotation, models.Credential, error) {
	var r models.Rotation
	var of models.Credential
	err := s.store.Read(ctx, func(q Queries) (err error) {
		if r, err = q.Rotation(id); err != nil {
			return found("rotation", err)
		}
		of, err = q.Credential(r.Credential)
		return err
	})
	c.veil(&r)
	c.veil(of.Rotation)
	return r, of, err
}

// Events returns what happened, the newest first. Who may not see everything sees what concerns
// the own credentials.
func (s *Service) Events(ctx context.Context, c Caller, f models.EventFilter, page models.Page) (models.EventPage, error) {
	limit, err := pageLimit(page)
	if err != nil {
		return models.EventPage{}, err
	}
	query := EventQuery{After: f.After, Credential: f.Credential, Limit: limit + 1}
	if page.Cursor != "" {
		if query.Before, err = strconv.ParseInt(page.Cursor, 10, 64); err != nil || query.Before < 1 {
			return models.EventPage{}, badCursor()
		}
	}
	if !c.May(models.MaySeeAllEvents) {
		query.OwnedBy = c.ID
	}
	out := models.EventPage{}
	err = s.store.Read(ctx, func(q Queries) (err error) {
		out.Items, err = q.Events(query)
		return err
	})
	if len(out.Items) > limit {
		out.Items = out.Items[:limit]
		out.Next = strconv.FormatInt(out.Items[limit-1].Seq, 10)
	}
	return out, err
}

func pageLimit(page models.Page) (int, error) {
	switch {
	case page.Limit == 0:
		return DefaultPage, nil
	case page.Limit < 0 || page.Limit > models.MaxPage:
		e := models.Invalid("invalid-request", "A page has at most %d objects", models.MaxPage)
		e.Fix = "ask for fewer and follow the cursor"
		return 0, e
	}
	return page.Limit, nil
}

// IDPage is the size of a page whose cursor is the id of the last object before it.
func IDPage(page models.Page) (int, error) {
	if page.Cursor != "" {
		if _, err := ulid.ParseStrict(page.Cursor); err != nil {
			return 0, badCursor()
		}
	}
	return pageLimit(page)
}

func badCursor() error {
	e := models.Invalid("invalid-cursor", "This cursor was not made by this list")
	e.Fix = "start from the first page"
	return e
}

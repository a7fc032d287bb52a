// Package follow asks the workspace service for everything, part by part, and then for what has
// changed. The screen and the line mode keep up with the service by it; each puts what comes into
// its book in its own time.
package follow

import (
	"context"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

// Bounds of what is asked.
const (
	AskTimeout = 30 * time.Second // for one answer
	Wait       = 25 * time.Second // for a change to come
	maxRetry   = 10 * time.Second
)

// Ask asks one thing, with a limit to how long the answer may take.
func Ask[T any](ctx context.Context, fn func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, AskTimeout)
	defer cancel()
	return fn(ctx)
}

// Retry is how long to wait after so many failures in a row: 1, 2, 4, 8 and then 10 seconds.
func Retry(failures int) time.Duration { return min(maxRetry, time.Second<<min(failures, 4)) }

// LostPlace reports whether the service answered, but does not know where we stand: then everything
// is loaded anew.
func LostPlace(err error) bool {
	fault := models.FaultOf(err)
	return fault == models.FaultInvalid || fault == models.FaultNotFound || fault == models.FaultConflict
}

// Part is a part of everything. The first one has the workspace.
type Part struct {
	Workspace   *models.Workspace
	Position    int64 // with the workspace: where the service stood before anything was asked
	Credentials []models.Credential
	Members     []models.Member
	Done        bool // it is the last
}

// Into puts the part into a book.
func (p Part) Into(b *kit.Book, now time.Time) {
	if p.Workspace != nil {
		b.PutWorkspace(*p.Workspace, now)
	}
	b.PutCredentials(p.Credentials)
	b.PutMembers(p.Members)
	b.Loaded += len(p.Credentials) + len(p.Members)
	b.Loading = !p.Done
}

// Loader asks for everything. It is driven by one caller at a time.
type Loader struct {
	reader kit.Reader
	next   func(context.Context) (Part, error)
}

// NewLoader returns a loader that has asked for nothing yet.
func NewLoader(r kit.Reader) *Loader {
	l := &Loader{reader: r}
	l.next = l.workspace
	return l
}

// Next asks for the next part. After an error or the last part, a new loader begins anew.
func (l *Loader) Next(ctx context.Context) (Part, error) { return l.next(ctx) }

// workspace asks where the service stands before it asks what there is: what changes meanwhile
// comes once more.
func (l *Loader) workspace(ctx context.Context) (Part, error) {
	at, err := Ask(ctx, func(ctx context.Context) (models.Changes, error) { return l.reader.Changes(ctx, -1, 0) })
	if err != nil {
		return Part{}, err
	}
	w, err := Ask(ctx, l.reader.Workspace)
	l.next = l.credentials("")
	return Part{Workspace: &w, Position: at.Position}, err
}

func (l *Loader) credentials(cursor string) func(context.Context) (Part, error) {
	return func(ctx context.Context) (Part, error) {
		page, err := Ask(ctx, func(ctx context.Context) (models.CredentialPage, error) {
			return l.reader.Credentials(ctx, models.NotPersonal(), models.Page{Cursor: cursor, Limit: models.MaxPage})
		})
		if l.next = l.members(""); page.Next != "" {
			l.next = l.credentials(page.Next)
		}
		return Part{Credentials: page.Items}, err
	}
}

func (l *Loader) members(cursor string) func(context.Context) (Part, error) {
	return func(ctx context.Context) (Part, error) {
		page, err := Ask(ctx, func(ctx context.Context) (models.MemberPage, error) {
			return l.reader.Members(ctx, models.Page{Cursor: cursor, Limit: models.MaxPage})
		})
		l.next = l.members(page.Next)
		return Part{Members: page.Items, Done: page.Next == ""}, err
	}
}

// Changes waits so long for what has changed since a position. The workspace comes along if it has
// changed too.
func Changes(ctx context.Context, r kit.Reader, after int64, wait time.Duration) (models.Changes, *models.Workspace, error) {
	ctx, cancel := context.WithTimeout(ctx, wait+AskTimeout)
	defer cancel()
	changes, err := r.Changes(ctx, after, wait)
	if err != nil || !changes.Workspace {
		return changes, nil, err
	}
	w, err := r.Workspace(ctx)
	return changes, &w, err
}

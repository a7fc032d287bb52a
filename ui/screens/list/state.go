// Package list is what the screens with a table have in common: the table, the filter line, the
// detail pane beside or below it, and the actions on rows. A screen says which rows and columns
// there are, and which of the catalogue's actions it offers.
//
// It decides nothing about credentials, and it asks the service only who uses one.
package list

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/components/filter"
	"example.com/keyturn/ui/components/table"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/bind"
	"example.com/keyturn/ui/screens/detail"
	"example.com/keyturn/when"
)

// Env is what every screen is given.
type Env struct {
	Book   *kit.Book
	Styles *styles.Styles // the themes change it in place
	Ports  kit.Ports
	Spoken bool // texts are for ears
}

// Clock is the present moment as the service counts it.
func (e Env) Clock() when.Clock {
	return when.Clock{Now: e.Book.ServiceTime(e.Ports.Now()), Zone: e.Ports.Location, Long: e.Spoken}
}

// Facts is what decides about actions on a credential; nil: nothing is selected.
func (e Env) Facts(target *models.Credential) actions.Facts {
	return actions.Facts{
		Principal: e.Book.Workspace.Caller,
		ReadOnly:  e.Book.ReadOnly,
		Online:    e.Book.Online,
		Loading:   !e.Book.HasSpace,
		Target:    target,
		Own:       target != nil && target.ID != "" && target.ID == e.Book.Workspace.Caller.Token,
	}
}

// Options is what a screen says of its list.
type Options[T any] struct {
	Scope      actions.Scope
	Title      string
	Columns    []table.Column[T]
	Key        func(*T) string
	Search     func(*T) string
	Name       func(*T) string             // the heading of the pane
	Credential func(*T) *models.Credential // what the actions are about, or nil
	ID         func(*T) string             // what "copy id" copies
	Detail     func(*detail.Page, *T, detail.Usage)
	Head       func(*T) *T                   // the row below which a row stands; nil: rows stand for themselves
	Refuses    func(actions.ID, []*T) string // why an action cannot be done with these rows now; nil: as the catalogue says of their credentials
	Local      bool                          // the rows are not the service's: they are there without it
	Ends       func(*T) []time.Time          // what of a row counts down; nil: nothing does
	Callers    bool                          // the pane wants to know who uses the credential
	Empty      func() []string               // what a list says that is loaded and has nothing
	Loading    func() bool                   // nil: the book's loading
	Problem    func() string                 // what went wrong with this list alone, or ""
}

// maxPattern is how many letters the filter line takes.
const maxPattern = 100

// Model is the shared part of a list screen. It is a kit.Screen.
type Model[T any] struct {
	Env
	opts   Options[T]
	table  *table.Model[T]
	input  *filter.Input
	set    *bind.Set
	why    string // why only some rows are shown; empty: all may be
	usage  usages
	typing bool // the filter line takes the keys
	open   bool // the detail pane is shown
	scroll int  // lines of the pane that are scrolled out at its top
	width  int
	height int
}

// New returns an empty list.
func New[T any](env Env, o Options[T]) *Model[T] {
	m := &Model[T]{Env: env, opts: o, input: filter.NewInput(maxPattern)}
	m.table = table.New(table.Options[T]{Columns: o.Columns, Key: o.Key, Search: o.Search, Head: o.Head, Styles: env.Styles})
	m.usage = usages{known: map[usageKey]detail.Usage{}}
	m.set = bind.NewSet(m.disabled, m.entries())
	return m
}

// Scope is where the screen's actions are offered.
func (m *Model[T]) Scope() actions.Scope { return m.opts.Scope }

// Title is the name of the screen.
func (m *Model[T]) Title() string { return m.opts.Title }

// Init asks for nothing: the root fills the book.
func (m *Model[T]) Init() tea.Cmd { return nil }

// CapturesText reports whether the filter line is open.
func (m *Model[T]) CapturesText() bool { return m.typing }

// Current is the row under the cursor, or nil.
func (m *Model[T]) Current() *T { return m.table.Current() }

// Rows is what an action is about: the marked rows, or else the current one.
func (m *Model[T]) Rows() []*T { return m.table.Targets() }

// ClearMarks takes all marks away.
func (m *Model[T]) ClearMarks() { m.table.ClearMarks() }

// PaneOpen reports whether the detail pane is shown.
func (m *Model[T]) PaneOpen() bool { return m.open }

// Target is the credential under the cursor, or nil.
func (m *Model[T]) Target() *models.Credential {
	if row := m.table.Current(); row != nil {
		return m.opts.Credential(row)
	}
	return nil
}

// Targets is the ids of the marked rows' credentials, or else of the current one.
func (m *Model[T]) Targets() []models.CredentialID {
	var ids []models.CredentialID
	for _, row := range m.table.Targets() {
		if c := m.opts.Credential(row); c != nil {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// SetRows replaces all rows. The cursor stays on its row.
func (m *Model[T]) SetRows(rows []*T) { m.table.SetRows(rows) }

// Put adds rows or replaces those with the same key. The cursor stays on its row.
func (m *Model[T]) Put(rows []*T) { m.table.Put(rows) }

// Each goes through all rows, shown or not, with what the filter looks at.
func (m *Model[T]) Each(visit func(row *T, folded string, mask uint64)) { m.table.Each(visit) }

// Unmark takes the marks from the rows of these credentials.
func (m *Model[T]) Unmark(ids ...models.CredentialID) {
	m.table.Unmark(func(row *T) bool {
		c := m.opts.Credential(row)
		return c != nil && slices.Contains(ids, c.ID)
	})
}

// Remove takes rows away.
func (m *Model[T]) Remove(keys ...string) { m.table.Remove(keys...) }

// SortBy sorts by a column.
func (m *Model[T]) SortBy(column int, descending bool) { m.table.SortBy(column, descending) }

// AddEntries adds actions that need the screen itself to be made.
func (m *Model[T]) AddEntries(entries ...bind.Entry) {
	m.set = bind.NewSet(m.disabled, append(m.entries(), entries...))
}

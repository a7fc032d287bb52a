package screens_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens"
	"example.com/keyturn/ui/term"
)

// reader answers only what a test prepared; any other question fails the test.
type reader struct {
	kit.Reader
	t      *testing.T
	usage  map[models.CredentialID][]models.Caller
	events func(models.EventFilter, models.Page) (models.EventPage, error)
	fail   error
	asked  []string
}

func (r *reader) Usage(ctx context.Context, id models.CredentialID) ([]models.Caller, bool, error) {
	r.deadline(ctx)
	r.asked = append(r.asked, "usage "+string(id))
	if r.fail != nil {
		return nil, false, r.fail
	}
	callers, ok := r.usage[id]
	if !ok {
		r.t.Errorf("asked for the usage of %s, which no test prepared", id)
	}
	return callers, false, nil
}

func (r *reader) Events(ctx context.Context, f models.EventFilter, p models.Page) (models.EventPage, error) {
	r.deadline(ctx)
	r.asked = append(r.asked, fmt.Sprintf("events after %d at %q", f.After, p.Cursor))
	if r.events == nil {
		r.t.Error("asked for events, which no test prepared")
		return models.EventPage{}, nil
	}
	return r.events(f, p)
}

func (r *reader) deadline(ctx context.Context) {
	if _, ok := ctx.Deadline(); !ok {
		r.t.Error("asked without a deadline")
	}
}

// nobody is an auditor that must not be asked anything.
type nobody struct{ kit.Auditor }

// now is the moment at which every test begins.
var now = time.Date(2026, 11, 23, 15, 4, 0, 0, time.UTC)

// console drives screens as the root does, without a terminal.
type console struct {
	t      testing.TB
	book   *kit.Book
	reader *reader
	all    []kit.Screen
	at     kit.Screen
	now    time.Time
	upward []tea.Msg // what the screens asked of the root
	held   []tea.Cmd // questions that the service has not answered yet
	hold   bool
}

func openWith(t testing.TB, book *kit.Book, scope actions.Scope) *console {
	t.Helper()
	c := &console{t: t, book: book, now: now, reader: &reader{usage: map[models.CredentialID][]models.Caller{}}}
	if test, ok := t.(*testing.T); ok {
		c.reader.t = test
	}
	ports := kit.Ports{Reader: c.reader, Now: func() time.Time { return c.now }, Location: time.FixedZone("CET", 3600), Auditor: nobody{}}
	c.all = screens.All(book, styles.New(styles.Options{NoColor: true, Profile: termenv.Ascii}), ports)
	for _, s := range c.all {
		if s.Scope() == scope {
			c.at = s
		}
	}
	c.at.SetSize(120, 30)
	return c
}

// send gives a message to the screen and answers the questions that come of it.
func (c *console) send(msg tea.Msg) *console {
	c.run(c.at.Update(msg))
	return c
}

func (c *console) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	if c.hold {
		c.held = append(c.held, cmd)
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, one := range msg {
			c.run(one)
		}
	case kit.OpenDialogMsg, kit.GoMsg, kit.ToastMsg, kit.StartRotateMsg, kit.StartStepMsg, kit.StartChangeMsg,
		kit.CopySecretMsg, kit.CopyTextMsg, kit.RevealMsg, kit.RefreshMsg, kit.AddRepoMsg, kit.RemoveReposMsg, kit.ShowFixMsg:
		c.upward = append(c.upward, msg)
	default:
		c.run(c.at.Update(msg))
	}
}

// release answers the questions that were held back.
func (c *console) release() {
	held := c.held
	c.hold, c.held = false, nil
	for _, cmd := range held {
		c.run(cmd)
	}
}

// press sends keys by their names, one by one.
func (c *console) press(names ...string) *console {
	for _, name := range names {
		c.send(keyNamed(name))
	}
	return c
}

func (c *console) typeText(text string) *console {
	for _, r := range text {
		c.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
	return c
}

func keyNamed(name string) tea.KeyMsg {
	special := map[string]tea.KeyType{
		"enter": tea.KeyEnter, "esc": tea.KeyEsc, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace,
	}
	if kind, ok := special[name]; ok {
		return tea.KeyMsg{Type: kind}
	}
	if name == " " {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

// changed tells the screen what the book holds anew.
func (c *console) changed(ids ...models.CredentialID) *console {
	return c.send(kit.BookChangedMsg{Credentials: ids})
}

func (c *console) putCredentials(list ...models.Credential) *console {
	c.book.PutCredentials(list)
	var ids []models.CredentialID
	for _, one := range list {
		ids = append(ids, one.ID)
	}
	return c.changed(ids...)
}

func (c *console) plain() string { return term.Plain(c.at.View()) }

// selected is the line that the cursor stands on.
func (c *console) selected() string {
	for line := range strings.SplitSeq(c.plain(), "\n") {
		if strings.HasPrefix(line, ">") {
			return line
		}
	}
	return ""
}

// rows is the first word of each row that is shown.
func (c *console) rows() []string {
	var names []string
	for i, line := range strings.Split(c.plain(), "\n") {
		if fields := strings.Fields(strings.Trim(line[:min(len(line), 30)], ">* ")); i > 0 && len(fields) > 0 {
			names = append(names, fields[0])
		}
	}
	return names
}

func (c *console) see(texts ...string) *console {
	c.t.Helper()
	for _, text := range texts {
		if !strings.Contains(c.plain(), text) {
			c.t.Errorf("the screen does not say %q:\n%s", text, c.plain())
		}
	}
	return c
}

func (c *console) dontSee(texts ...string) *console {
	c.t.Helper()
	for _, text := range texts {
		if strings.Contains(c.plain(), text) {
			c.t.Errorf("the screen says %q:\n%s", text, c.plain())
		}
	}
	return c
}

// asks checks the last thing that the screen asked of the root.
func (c *console) asks(want tea.Msg) *console {
	c.t.Helper()
	if len(c.upward) == 0 {
		c.t.Fatalf("the screen asked for nothing, want %#v", want)
	}
	if got := c.upward[len(c.upward)-1]; !reflect.DeepEqual(got, want) {
		c.t.Errorf("the screen asked for %#v, want %#v", got, want)
	}
	return c
}

func (c *console) action(id actions.ID) kit.Action {
	c.t.Helper()
	list := c.at.Actions()
	at := slices.IndexFunc(list, func(a kit.Action) bool { return a.ID == id })
	if at < 0 {
		c.t.Fatalf("%s does not offer %s", c.at.Title(), id)
	}
	return list[at]
}

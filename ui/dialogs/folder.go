package dialogs

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/term"
)

// FolderConfig is what a Folder asks with.
type FolderConfig struct {
	Check    func(ctx context.Context, typed string) (root string, err error)
	Complete func(ctx context.Context, typed string) ([]string, error)
}

type (
	// folderMsg answers whether a path will do.
	folderMsg struct {
		to   *Folder
		id   kit.ReqID
		root string
		err  error
	}
	// offersMsg answers what a path may become.
	offersMsg struct {
		to     *Folder
		id     kit.ReqID
		offers []string
		err    error
	}
)

// FolderChosen is the decision for a folder.
type FolderChosen struct{ Root string }

// Folder asks for the path of a checkout. What is wrong with a path is said at once, and it can be mended.
type Folder struct {
	*Ask
	cfg      FolderConfig
	requests kit.Requests
	checking bool
	offers   []string // folders that the path may become
}

var _ kit.Dialog = (*Folder)(nil)

const completing = "tab completes a folder's name"

// NewFolder returns the dialog. The field has the focus: nothing is at stake.
func NewFolder(st *styles.Styles, cfg FolderConfig) *Folder {
	f := &Folder{cfg: cfg}
	f.Ask = NewAsk(st, Question{
		Title: "Add a path", Verb: "Add and scan it", Field: "path:",
		Lines: []string{"A checkout, a bare repository or any folder: ~/src/app, ../app, /srv/git/app.git", "It is read only. " + completing + "."},
	})
	f.moveTo(onField)
	return f
}

// Update takes a key, or the answer to a question about a path.
func (f *Folder) Update(msg tea.Msg) (kit.Decision, tea.Cmd) {
	switch msg := msg.(type) {
	case folderMsg:
		return f.checked(msg), nil
	case offersMsg:
		f.offered(msg)
		return nil, nil
	case tea.KeyMsg:
		return f.key(msg)
	}
	return nil, nil
}

func (f *Folder) key(key tea.KeyMsg) (kit.Decision, tea.Cmd) {
	typed := f.text()
	switch {
	case f.checking && key.Type != tea.KeyEsc:
		return nil, nil
	case key.Type == tea.KeyTab && f.focus == onField && typed != "":
		return nil, completeCmd(f, f.requests.Next(), typed)
	case key.Type == tea.KeyEnter && f.focus == onField && typed != "":
		return nil, f.check(typed)
	}
	decision, cmd := f.Ask.Update(key)
	if f.text() != typed {
		f.requests.Next() // what is still asked is about another path
		f.say(nil)
	}
	if answer, ok := decision.(Answer); ok {
		return nil, f.check(answer.Text)
	}
	return decision, cmd
}

func (f *Folder) check(typed string) tea.Cmd {
	f.checking, f.note = true, ""
	return folderCmd(f, f.requests.Next(), typed)
}

// checked decides for a path that will do, and says of another one what is wrong with it.
func (f *Folder) checked(msg folderMsg) kit.Decision {
	if msg.to != f || !f.requests.Wanted(msg.id) {
		return nil
	}
	f.checking = false
	if msg.err != nil {
		f.note = msg.err.Error()
		f.moveTo(onField)
		return nil
	}
	return FolderChosen{Root: msg.root}
}

// offered completes the path as far as it is certain, and lists what it may become.
func (f *Folder) offered(msg offersMsg) {
	switch {
	case msg.to != f || !f.requests.Wanted(msg.id):
	case msg.err != nil:
		f.note = msg.err.Error()
	case len(msg.offers) == 0:
		f.note = "no folder begins so"
	default:
		f.input().Set(commonStart(msg.offers))
		f.note = ""
		if len(msg.offers) == 1 {
			f.say(nil)
			return
		}
		f.say(msg.offers)
	}
}

// maxOffers is how many folders are listed.
const maxOffers = 12

func (f *Folder) say(offers []string) {
	f.offers = offers
	more := ""
	if len(offers) > maxOffers {
		offers, more = offers[:maxOffers], "…"
	}
	f.q.Lines = f.q.Lines[:2]
	if len(offers) > 0 {
		f.q.Lines = append(f.q.Lines, "", "It may become:")
		for _, one := range offers {
			f.q.Lines = append(f.q.Lines, "  "+term.Clean(one))
		}
		if more != "" {
			f.q.Lines = append(f.q.Lines, "  "+more)
		}
	}
	f.follow = true
}

// commonStart is what all of some texts begin with.
func commonStart(texts []string) string {
	start := []rune(texts[0])
	for _, text := range texts[1:] {
		n := 0
		for _, r := range text {
			if n == len(start) || start[n] != r {
				break
			}
			n++
		}
		start = start[:n]
	}
	return string(start)
}

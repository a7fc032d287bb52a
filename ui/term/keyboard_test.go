package term

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
)

// line is a slow line: it brings its pieces one by one. A piece that begins with late comes only
// after everybody has stopped waiting for it.
type line struct {
	pieces []string
	pos    int // in the first one
}

const late = "\x00late\x00"

func (l *line) Read(p []byte) (int, error) {
	if len(l.pieces) == 0 {
		return 0, io.EOF
	}
	piece := strings.TrimPrefix(l.pieces[0], late)
	n := copy(p, piece[l.pos:])
	if l.pos += n; l.pos == len(piece) {
		l.pieces, l.pos = l.pieces[1:], 0
	}
	return n, nil
}

func (l *line) ready(time.Duration) bool {
	return len(l.pieces) > 0 && (l.pos > 0 || !strings.HasPrefix(l.pieces[0], late))
}

// listener is a program that writes down its keys until ctrl+c.
type listener struct{ keys []tea.KeyMsg }

func (l *listener) Init() tea.Cmd { return nil }
func (l *listener) View() string  { return "" }
func (l *listener) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	key, ok := msg.(tea.KeyMsg)
	switch {
	case ok && key.Type == tea.KeyCtrlC:
		return l, tea.Quit
	case ok:
		l.keys = append(l.keys, key)
	}
	return l, nil
}

// listen lets Bubble Tea read a line's pieces through a keyboard, as keyturn does.
func listen(t *testing.T, pieces ...string) []tea.KeyMsg {
	t.Helper()
	l := &line{pieces: append(slices.DeleteFunc(slices.Clone(pieces), func(s string) bool { return s == "" }), late+"\x03")}
	keyboard := &Keyboard{read: l.Read, ready: l.ready}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ear := &listener{}
	_, err := tea.NewProgram(ear, tea.WithContext(ctx), tea.WithInput(struct{ io.Reader }{keyboard}), tea.WithOutput(io.Discard),
		tea.WithoutRenderer(), tea.WithoutSignalHandler()).Run()
	if err != nil {
		t.Fatalf("%q: %v", pieces, err)
	}
	return ear.keys
}

// names joins keys as Bubble Tea names them.
func names(keys []tea.KeyMsg) string {
	var all []string
	for _, k := range keys {
		all = append(all, k.String())
	}
	return strings.Join(all, " ")
}

func TestKeysComeWholeOverASlowLine(t *testing.T) {
	for _, c := range []struct {
		name   string
		pieces []string
		want   string
	}{
		{"an arrow in two", []string{"\x1b", "[A"}, "up"},
		{"an arrow in three", []string{"\x1b", "[", "B"}, "down"},
		{"an arrow with shift", []string{"\x1b[1;", "2A"}, "shift+up"},
		{"shift+tab", []string{"\x1b[", "Z"}, "shift+tab"},
		{"page down", []string{"\x1b[6", "~"}, "pgdown"},
		{"a function key", []string{"\x1bO", "P"}, "f1"},
		{"a function key of the console", []string{"\x1b[", "[", "A"}, "f1"},
		{"letters and half an arrow", []string{"jj\x1b[", "Ak"}, "jj up k"},
		{"alt and a letter", []string{"\x1b", "y"}, "alt+y"},
		{"a character in its bytes", []string{"\xe6", "\xbc", "\xa2"}, "漢"},
		{"an emoji in two", []string{"x\xf0\x9f", "\x91\xa9"}, "x👩"},
		{"a paste in many", []string{"\x1b[20", "0~na", "me\x1b[2", "01~", late + "j"}, "[name] j"},
		{"a paste with line ends", []string{"\x1b", "[200~a\nb", "\x1b[201~"}, "[a\nb]"},
		{"escape alone", []string{"\x1b", late + "j"}, "esc j"},
		{"escape, and an arrow's letters much later", []string{"\x1b", late + "[", late + "A"}, "esc [ A"},
		{"escape twice", []string{"\x1b", late + "\x1b", late + "j"}, "esc esc j"},
		{"a byte that is no character", []string{"a", late + "\xff", late + "b"}, "a b"},
		{"half a character and nothing more", []string{"\xe6\xbc", late + "b"}, "b"},
		{"a mouse that nobody asked for", []string{"\x1b[<0;1", "0;5Mj"}, "j"},
		{"an answer that nobody asked for", []string{"\x1b[?62;", "22cj"}, "j"},
		{"focus", []string{"\x1b[", "I", late + "j"}, "j"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := names(listen(t, c.pieces...)); got != c.want {
				t.Errorf("%q: got %q, want %q", c.pieces, got, c.want)
			}
		})
	}
}

// Bubble Tea reads 256 bytes at a time: a key must not be torn where such a read ends.
func TestAKeyIsNotTornAtTheEndOfARead(t *testing.T) {
	for pad := 200; pad <= 300; pad++ {
		got := listen(t, strings.Repeat("j", pad)+"\x1b[1;2A漢\x1b[200~pasted\x1b[201~k")
		letters, rest := 0, ""
		for _, k := range got {
			if s := k.String(); strings.Trim(s, "j") == "" {
				letters += len(s)
			} else {
				rest += s + " "
			}
		}
		if letters != pad || rest != "shift+up 漢 [pasted] k " {
			t.Errorf("after %d letters: %d letters, then %q", pad, letters, rest)
		}
	}
	for pad := range 6 { // a held arrow, and every place where its reads may end
		got := names(listen(t, strings.Repeat("j", pad)+strings.Repeat("\x1b[1;2A", 200)))
		if want := strings.TrimSpace(strings.Repeat("j", pad) + strings.Repeat(" shift+up", 200)); got != want {
			t.Errorf("after %d letters the arrows came as %.200q", pad, got)
		}
	}
}

func TestAnErrorOfTheTerminalPasses(t *testing.T) {
	gone := errors.New("input/output error")
	k := &Keyboard{read: func([]byte) (int, error) { return 0, gone }, ready: func(time.Duration) bool { return true }}
	if n, err := k.Read(make([]byte, 8)); n != 0 || !errors.Is(err, gone) {
		t.Errorf("got %d, %v", n, err)
	}
	l := &line{pieces: []string{"\x1b"}}
	k = &Keyboard{read: l.Read, ready: func(time.Duration) bool { return true }} // hung up: ready, with nothing to read
	if n, err := k.Read(make([]byte, 8)); n != 1 || err != nil {
		t.Errorf("the last byte is lost: got %d, %v", n, err)
	}
	if _, err := k.Read(make([]byte, 8)); !errors.Is(err, io.EOF) {
		t.Errorf("the end is lost: %v", err)
	}
}

// The same on a real file: the rest of a key is waited for, and not much longer.
func TestARealFileIsWaitedFor(t *testing.T) {
	near, far := pipe(t)
	k := NewKeyboard(near)
	buf := make([]byte, 256)
	read := func(want string) {
		t.Helper()
		n, err := k.Read(buf)
		if err != nil || string(buf[:n]) != want {
			t.Fatalf("got %q, %v; want %q", buf[:n], err, want)
		}
	}
	write := func(s string) {
		t.Helper()
		if _, err := far.WriteString(s); err != nil {
			t.Fatal(err)
		}
	}
	write("\x1b")
	read("\x1b")
	write("j\x1b[Ak")
	read("j\x1b[Ak")
	if !readable(near, 0) {
		write("x")
	}
	if !readable(near, time.Minute) {
		t.Fatal("a byte that is there cannot be read")
	}
	read("x")
	_ = far.Close()
	if _, err := k.Read(buf); !errors.Is(err, io.EOF) {
		t.Errorf("got %v, want the end", err)
	}
}

// However a paste is cut up on its way, it comes as the text it was, and as nothing else.
func FuzzAPasteComesWhole(f *testing.F) {
	f.Add("a name", []byte{1, 2, 3})
	f.Add("rm -rf\ny\ny\n", []byte{7})
	f.Add("漢字 👩‍👩‍👧 e\u0301", []byte{1, 1, 1, 1, 1, 1, 1, 1})
	f.Add(strings.Repeat("0123456789", 60), []byte{255, 3})
	f.Fuzz(func(t *testing.T, text string, cuts []byte) {
		if strings.ContainsRune(text, '\x1b') || strings.Contains(text, late) {
			return // no terminal lets an escape into a paste
		}
		whole, pieces := "\x1b[200~"+text+"\x1b[201~", []string{}
		for _, cut := range cuts {
			at := min(int(cut), len(whole))
			pieces, whole = append(pieces, whole[:at]), whole[at:]
		}
		var want []rune
		for _, r := range text {
			if r != utf8.RuneError { // Bubble Tea leaves out what is no character
				want = append(want, r)
			}
		}
		keys := listen(t, append(pieces, whole)...)
		if len(keys) != 1 || !keys[0].Paste || !slices.Equal(keys[0].Runes, want) {
			t.Fatalf("a paste of %q in %q came as %d keys", text, pieces, len(keys))
		}
		if commands, ok := SplitKeys(keys[0], false); ok {
			t.Fatalf("a paste of %q is the commands %q", text, commands)
		}
	})
}

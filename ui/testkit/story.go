package testkit

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/term"
)

// Start is when every story begins.
var start = time.Date(2026, 11, 23, 15, 4, 0, 0, time.UTC)

// humanPause lies between two keys of a story; see Story.Burst for keys that come faster.
const humanPause = 200 * time.Millisecond

// maxMessages bounds what one key may set off while no time passes: more is a loop.
const maxMessages = 20_000

// Build makes the model of a story over the fake ports.
type Build func(kit.Ports) tea.Model

// Story is one user at one console.
type Story struct {
	World *World

	t        *testing.T
	model    tea.Model
	msgs     chan tea.Msg
	over     chan struct{}
	commands sync.WaitGroup
	width    int
	height   int
	frame    string
	ended    bool
	paints   int
	shows    bool
}

// Tell runs a story at 80x24 over the sample workspace. Its goroutines are gone when it returns.
func Tell(t *testing.T, build Build, tale func(*Story)) {
	t.Helper()
	TellIn(t, Sample, build, tale)
}

// TellIn is Tell over another workspace.
func TellIn(t *testing.T, fill func(*World), build Build, tale func(*Story)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(start))
		s := &Story{t: t, msgs: make(chan tea.Msg), over: make(chan struct{}), width: 80, height: 24}
		s.World = NewWorld(t, fill)
		defer s.end()
		s.model = build(s.World.Ports())
		s.run(s.model.Init())
		s.Send(tea.WindowSizeMsg{Width: s.width, Height: s.height})
		tale(s)
		s.World.settled()
	})
}

// Within is a world without a screen: for stories told in lines or commands. Everything that was
// expected must have happened when the tale ends.
func Within(t *testing.T, fill func(*World), tale func(*testing.T, *World)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(start))
		w := NewWorld(t, fill)
		defer w.close()
		tale(t, w)
		w.settled()
	})
}

// end lets every command of the story come home.
func (s *Story) end() {
	close(s.over)
	s.World.close()
	s.commands.Wait()
}

// run starts a command as Bubble Tea does: on its own, its message coming back when it comes.
func (s *Story) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	s.commands.Go(func() {
		msg := cmd()
		if msg == nil {
			return
		}
		select {
		case s.msgs <- msg:
		case <-s.over:
		}
	})
}

// Send gives one message to the model and then everything that comes of it without time passing.
func (s *Story) Send(msg tea.Msg) *Story {
	s.t.Helper()
	s.take(msg)
	return s.settle()
}

func (s *Story) settle() *Story {
	s.t.Helper()
	for range maxMessages {
		synctest.Wait()
		select {
		case msg := <-s.msgs:
			s.take(msg)
		default:
			return s
		}
	}
	s.t.Fatalf("one message set off more than %d others: a loop", maxMessages)
	return s
}

func (s *Story) take(msg tea.Msg) {
	s.t.Helper()
	if s.ended {
		return
	}
	switch msg := msg.(type) {
	case tea.QuitMsg:
		s.ended = true
		return
	case tea.BatchMsg:
		for _, cmd := range msg {
			s.run(cmd)
		}
		return
	}
	if list, ok := sequence(msg); ok {
		s.runInOrder(list)
		return
	}
	model, cmd := s.model.Update(msg)
	s.model = model
	s.run(cmd)
	s.look()
}

// sequence takes tea.Sequence's own message apart: its type is private to Bubble Tea.
func sequence(msg tea.Msg) ([]tea.Cmd, bool) {
	v := reflect.ValueOf(msg)
	if !v.IsValid() || v.Kind() != reflect.Slice || v.Type().Elem() != reflect.TypeFor[tea.Cmd]() {
		return nil, false
	}
	list := make([]tea.Cmd, v.Len())
	for i := range list {
		list[i], _ = v.Index(i).Interface().(tea.Cmd)
	}
	return list, true
}

func (s *Story) runInOrder(list []tea.Cmd) {
	s.commands.Go(func() {
		for _, cmd := range list {
			if cmd == nil {
				continue
			}
			select {
			case s.msgs <- cmd():
			case <-s.over:
				return
			}
		}
	})
}

// look reads the new frame and holds it to the rules of every frame.
func (s *Story) look() {
	s.t.Helper()
	frame := s.model.View()
	if frame != s.frame {
		s.paints++
	}
	s.frame = frame
	lines := strings.Split(frame, "\n")
	if len(lines) > s.height {
		s.t.Fatalf("a frame of %d lines at %dx%d:\n%s", len(lines), s.width, s.height, term.Plain(frame))
	}
	for _, line := range lines {
		if w := term.Width(line); w > s.width {
			s.t.Fatalf("a line of %d cells at %dx%d: %q", w, s.width, s.height, line)
		}
	}
	if s.World.Leaked(frame) && !s.shows {
		s.t.Fatalf("the frame shows a value")
	}
}

// Wait lets time pass, and everything happen that happens in it.
func (s *Story) Wait(d time.Duration) *Story {
	s.t.Helper()
	timer := time.NewTimer(d)
	defer timer.Stop()
	for range maxMessages {
		select {
		case msg := <-s.msgs:
			s.take(msg)
		case <-timer.C:
			return s.settle()
		}
	}
	s.t.Fatalf("more than %d messages in %s", maxMessages, d)
	return s
}

// Resize changes the terminal's size.
func (s *Story) Resize(width, height int) *Story {
	s.t.Helper()
	s.width, s.height = width, height
	return s.Send(tea.WindowSizeMsg{Width: width, Height: height})
}

// AllowSecrets says whether frames may show values from now on.
func (s *Story) AllowSecrets(may bool) *Story {
	s.t.Helper()
	s.shows = may
	s.look()
	return s
}

// Screen is the frame as plain text.
func (s *Story) Screen() string { return term.Plain(s.frame) }

// Painted is the frame with its colours.
func (s *Story) Painted() string { return s.frame }

// Paints is how many different frames there have been.
func (s *Story) Paints() int { return s.paints }

// Ended reports whether the console has quit.
func (s *Story) Ended() bool { return s.ended }

// See fails the story unless the screen says all of these.
func (s *Story) See(texts ...string) *Story {
	s.t.Helper()
	for _, text := range texts {
		if !s.says(text) {
			s.t.Fatalf("the screen does not say %q:\n%s", text, s.Screen())
		}
	}
	return s
}

// DontSee fails the story if the screen says any of these.
func (s *Story) DontSee(texts ...string) *Story {
	s.t.Helper()
	for _, text := range texts {
		if s.says(text) {
			s.t.Fatalf("the screen says %q:\n%s", text, s.Screen())
		}
	}
	return s
}

// Shows reports whether the screen says a text.
func (s *Story) Shows(text string) bool { return s.says(text) }

// says looks for a text as a reader does: wherever its lines break, whatever frames it.
func (s *Story) says(text string) bool {
	return strings.Contains(s.Screen(), text) || strings.Contains(flow(s.Screen()), text)
}

// flow joins lines that a box had wrapped.
func flow(screen string) string {
	lines := strings.Split(screen, "\n")
	for i, line := range lines {
		lines[i] = strings.Trim(line, " │|")
	}
	return strings.Join(strings.Fields(strings.Join(lines, " ")), " ")
}

// SeeOnce fails the story unless the screen says this exactly once.
func (s *Story) SeeOnce(text string) *Story {
	s.t.Helper()
	if n := strings.Count(s.Screen(), text); n != 1 {
		s.Fail("the screen says %q %d times", text, n)
	}
	return s
}

// SeeJoined is See for a text without blanks that may have been broken over several lines.
func (s *Story) SeeJoined(text string) *Story {
	s.t.Helper()
	if !strings.Contains(strings.Join(strings.Fields(s.Screen()), ""), text) {
		s.Fail("the screen does not say %q, broken or whole", text)
	}
	return s
}

// Cursor is the line that the cursor stands on, without its mark.
func (s *Story) Cursor() string {
	for line := range strings.SplitSeq(s.Screen(), "\n") {
		if rest, ok := strings.CutPrefix(line, ">"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

// IsOn reports whether the cursor stands on a row that begins so.
func (s *Story) IsOn(row string) bool {
	return strings.HasPrefix(strings.TrimLeft(s.Cursor(), "* "), row)
}

// On fails the story unless the cursor stands on a row that begins so.
func (s *Story) On(row string) *Story {
	s.t.Helper()
	if !s.IsOn(row) {
		s.t.Fatalf("the cursor stands on %q, want %q:\n%s", s.Cursor(), row, s.Screen())
	}
	return s
}

// Over fails the story unless the console has quit.
func (s *Story) Over() *Story {
	s.t.Helper()
	if !s.ended {
		s.t.Fatalf("the console is still there:\n%s", s.Screen())
	}
	return s
}

// Fail fails the story with the screen.
func (s *Story) Fail(format string, args ...any) {
	s.t.Helper()
	s.t.Fatalf("%s:\n%s", fmt.Sprintf(format, args...), s.Screen())
}

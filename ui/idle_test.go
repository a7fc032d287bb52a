package ui_test

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/ui/testkit"
)

// screened is the console with everything behind it that leads to a terminal.
type screened struct {
	tea.Model
	painter *term.Painter
	views   int
	written strings.Builder
}

func (s *screened) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	s.Model, cmd = s.Model.Update(msg)
	return s, cmd
}

func (s *screened) View() string {
	frame := s.Model.View()
	s.views++
	s.painter.Paint(frame)
	return frame
}

// Whoever leaves the console open sends nothing through a slow line and wakes no processor: the
// full minutes and the end of a long poll come, and find the screen as it is.
func TestAnIdleScreenWritesNothing(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		w.Put(testkit.Used(testkit.CIToken("crd_deploy", "deploy"), 26*time.Hour, 80, "runner-9")) // not told in minutes
	}
	for screen, shows := range map[string]string{"1": "What to do next", "2": "deploy", "3": "Ada Admin", "4": "release-legacy", "5": "imported"} {
		t.Run("screen "+screen, func(t *testing.T) {
			to := &screened{}
			to.painter = term.NewPainter(&to.written)
			to.painter.Start()
			build := func(p kit.Ports) tea.Model {
				to.Model = console(p)
				return to
			}
			testkit.TellIn(t, fill, build, func(s *testkit.Story) {
				s.Press(screen).Wait(time.Minute).See(shows)
				written, views := to.written.Len(), to.views
				s.Wait(10 * time.Minute)
				if n := to.written.Len() - written; n > 0 {
					t.Errorf("%d bytes in ten idle minutes: %q", n, to.written.String()[written:])
				}
				if n := to.views - views; n == 0 || n > 10*5 {
					t.Errorf("%d frames were made in ten idle minutes", n)
				}
			})
		})
	}
}

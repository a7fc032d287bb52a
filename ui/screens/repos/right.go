package repos

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/ui/kit"
)

// maxRight is how many answers are kept.
const maxRight = 500

// rightLines keeps how lines look once they are mended. One question is under way at a time, so that running
// down a list with the pane open does not read every file.
type rightLines struct {
	requests kit.Requests
	asking   bool
	known    map[string]Right
}

func newRightLines() rightLines { return rightLines{known: map[string]Right{}} }

func (r *rightLines) of(e *Entry) Right { return r.known[e.key] }

// forget drops every answer, and the one under way: the files may have changed.
func (r *rightLines) forget() {
	r.requests.Next()
	r.asking = false
	clear(r.known)
}

// askRight asks about the current finding if the pane shows it and the answer is not known.
func (s *Screen) askRight() tea.Cmd {
	if s.view == checkouts || s.right.asking || s.Ports.Auditor == nil || !s.findings[s.view].PaneOpen() {
		return nil
	}
	e := s.findings[s.view].Current()
	if e == nil || e.IsHead() || !kit.Fixable(e.Finding) || s.right.known[e.key].Asked {
		return nil
	}
	s.right.asking = true
	return rightCmd(s.Ports.Auditor, s.right.requests.Next(), e.key, *e.Finding)
}

// onRight keeps an answer that is still wanted, and asks about the row that is shown now.
func (s *Screen) onRight(msg rightMsg) tea.Cmd {
	if !s.right.requests.Wanted(msg.id) {
		return nil
	}
	s.right.asking = false
	if len(s.right.known) >= maxRight {
		clear(s.right.known)
	}
	s.right.known[msg.key] = msg.right
	return s.askRight()
}

// RightOf is how the lines of one finding look once they are mended.
func RightOf(m kit.Mending, err error) Right {
	right := Right{Asked: true}
	switch {
	case err != nil:
		right.Why = err.Error()
	case len(m.Refused) > 0:
		right.Why = m.Refused[0].Refused
	}
	for _, f := range m.Files {
		for _, line := range f.Lines {
			if line.Part == kit.DiffMade {
				right.Lines = append(right.Lines, strings.TrimSpace(strings.TrimPrefix(line.Text, "+")))
			}
		}
	}
	return right
}

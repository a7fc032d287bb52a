package repos

import (
	"maps"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/ui/words"
)

// at is the list that is shown.
func (s *Screen) at() kit.Screen {
	if s.view == checkouts {
		return s.repos
	}
	s.fresh(s.view)
	return s.findings[s.view]
}

// fresh brings the rows of a view in line with the book: only of one that is looked at, for there can be
// very many.
func (s *Screen) fresh(v view) {
	if !s.stale[v] {
		return
	}
	s.stale[v] = false
	by := ByFile
	if v == byCredential {
		by = ByCredential
	}
	s.findings[v].SetRows(Entries(s.Book, by, s.within))
}

// show shows what was found in some checkouts, or the checkouts themselves.
func (s *Screen) show(v view, within map[string]bool) {
	if !maps.Equal(s.within, within) || (s.within == nil) != (within == nil) {
		s.within = within
		s.stale[byFile], s.stale[byCredential] = true, true
	}
	s.view = v
	s.at()
}

// Scope is where the screen's actions are offered.
func (s *Screen) Scope() actions.Scope { return actions.Repositories }

// Title is the name of the screen.
func (s *Screen) Title() string { return "repositories" }

// Init asks which checkouts were scanned before.
func (s *Screen) Init() tea.Cmd {
	if s.Ports.Auditor == nil {
		return nil
	}
	return knownCmd(s.Ports.Auditor)
}

// CapturesText reports whether the filter line is open.
func (s *Screen) CapturesText() bool { return s.at().CapturesText() }

// StepsOut reports whether esc has something to close, to leave or to stop here.
func (s *Screen) StepsOut() bool { return s.view != checkouts || s.queue.busy() || s.at().StepsOut() }

// SetSize sets the room that the screen has.
func (s *Screen) SetSize(width, height int) {
	s.repos.SetSize(width, height)
	for _, m := range s.findings {
		m.SetSize(width, height)
	}
}

// View paints the list that is shown.
func (s *Screen) View() string { return s.at().View() }

// Status tells what was found, and how far a scan is.
func (s *Screen) Status() string {
	if text := s.progress(); text != "" {
		return text
	}
	if s.view == checkouts {
		return s.repos.Status()
	}
	counts, where := s.shownCounts()
	text := where + words.Found(counts)
	if fixable := words.Mendable(counts); fixable != "" {
		text += "; " + fixable
	}
	if n := len(s.findings[s.view].Rows()); n > 1 {
		text += "; " + cells.Plural(int64(n), "row") + " marked"
	}
	return text
}

// shownCounts counts the findings that are shown, and says where they are and how they are gathered.
func (s *Screen) shownCounts() (c kit.FindingCounts, where string) {
	var names []string
	for _, r := range s.Book.Repos.All() {
		if r.Report == nil || s.within != nil && !s.within[r.Root] {
			continue
		}
		names = append(names, term.Clean(r.Name()))
		more := r.Last.Counts
		c = kit.FindingCounts{Errors: c.Errors + more.Errors, Warnings: c.Warnings + more.Warnings, Notes: c.Notes + more.Notes, Fixable: c.Fixable + more.Fixable}
	}
	where = words.Repositories(len(names))
	if len(names) == 1 {
		where = words.Short(names[0])
	}
	if s.view == byCredential {
		return c, where + ", by credential: "
	}
	return c, where + ", by file: "
}

// Update takes a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return tea.Batch(s.key(msg), s.askRight())
	case kit.SelectMsg:
		s.view = checkouts
		return s.repos.Update(msg)
	case kit.ReposChangedMsg:
		return s.takeOver()
	case kit.ScannedMsg:
		return s.remember(msg)
	case kit.RemoveReposMsg:
		return s.forget(msg.Roots)
	case kit.ScanMsg:
		return s.scan(msg.Roots)
	case scanOverMsg:
		return s.onScanOver(msg)
	case beatMsg:
		return s.onBeat(msg)
	case rightMsg:
		return s.onRight(msg)
	}
	return nil
}

// key gives a key to the list. Esc takes back what was opened last: in the list, then the scan that is under
// way, then the findings themselves.
func (s *Screen) key(key tea.KeyMsg) tea.Cmd {
	list := s.at()
	switch {
	case key.Type != tea.KeyEsc || list.StepsOut():
		return list.Update(key)
	case s.queue.busy():
		return s.stop()
	case s.view != checkouts:
		s.view = checkouts
	}
	return nil
}

// Stop ends the scan that is under way, if there is one.
func (s *Screen) Stop() (tea.Cmd, bool) {
	if !s.queue.busy() {
		return nil, false
	}
	return s.stop(), true
}

// takeOver brings the rows in line with the book.
func (s *Screen) takeOver() tea.Cmd {
	s.repos.SetRows(s.Book.Repos.All())
	s.stale[byFile], s.stale[byCredential] = true, true
	s.right.forget()
	for root := range s.within {
		if s.Book.Repos.Find(root) == nil {
			s.view, s.within = checkouts, nil
			break
		}
	}
	return s.askRight()
}

// remember keeps what a scan counted for the next session. The book has it by now.
func (s *Screen) remember(msg kit.ScannedMsg) tea.Cmd {
	r := s.Book.Repos.Find(msg.Root)
	if r == nil || r.Last.At.IsZero() {
		return nil
	}
	return rememberCmd(s.Ports.Auditor, r.Last)
}

// forget drops what was to be done about checkouts that are not on the list any more.
func (s *Screen) forget(roots []string) tea.Cmd {
	cmds := []tea.Cmd{s.drop(roots)}
	for _, root := range roots {
		cmds = append(cmds, forgetCmd(s.Ports.Auditor, root))
	}
	return tea.Batch(cmds...)
}

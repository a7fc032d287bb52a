package activity

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/ui/kit"
)

// Init asks for the newest events.
func (s *Screen) Init() tea.Cmd { return s.askOlder() }

// Update takes a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return s.pressed(msg)
	case kit.EventsMayHaveComeMsg:
		return s.askNewer()
	case kit.BookChangedMsg:
		if msg.All {
			return s.askNewer()
		}
		return nil
	case pageMsg:
		return s.pageCame(msg)
	}
	return s.Model.Update(msg)
}

// pressed asks for older events when a key leads to the end of what is there.
func (s *Screen) pressed(key tea.KeyMsg) tea.Cmd {
	before := s.Current()
	cmd := s.Model.Update(key)
	switch at := s.Current(); {
	case at == nil || s.CapturesText():
		return cmd
	case at.Seq == s.oldest, at == before && s.Downward(key):
		return tea.Batch(cmd, s.askMore())
	}
	return cmd
}

// askOlder asks for the first page, or for the one after the oldest event.
func (s *Screen) askOlder() tea.Cmd {
	if s.older.asking {
		return nil
	}
	return eventsCmd(s.Ports.Reader, s.older.begin(), 0, s.cursor)
}

func (s *Screen) askMore() tea.Cmd {
	if s.loaded && s.cursor == "" {
		return nil
	}
	return s.askOlder()
}

// askNewer asks for what came after the newest event. While a question is under way, it is asked
// again afterwards.
func (s *Screen) askNewer() tea.Cmd {
	if s.older.asking && !s.loaded || s.newer.asking {
		s.again = true
		return nil
	}
	s.again = false
	if s.newest == 0 {
		return s.askOlder()
	}
	return s.askAfter("")
}

func (s *Screen) askAfter(cursor string) tea.Cmd {
	return eventsCmd(s.Ports.Reader, s.newer.begin(), s.newest, cursor)
}

func (s *Screen) pageCame(msg pageMsg) tea.Cmd {
	which := &s.older
	if msg.newer {
		which = &s.newer
	}
	if !which.end(msg.req) {
		return nil
	}
	if msg.err != nil {
		if msg.newer {
			s.pending, s.again = nil, false
		}
		s.problem = "events could not be loaded: " + msg.err.Error() + "; ctrl+r asks again"
		return nil
	}
	s.problem = ""
	if msg.newer {
		return s.newerCame(msg)
	}
	s.loaded = true
	s.cursor = msg.page.Next
	s.keep(msg.page.Items)
	return s.askAgain()
}

func (s *Screen) askAgain() tea.Cmd {
	if !s.again {
		return nil
	}
	return s.askNewer()
}

// newerCame keeps what came. A burst of more than one page is followed to its end, before the
// newest Seq moves on: else a failure in between would leave a hole.
func (s *Screen) newerCame(msg pageMsg) tea.Cmd {
	s.pending = append(s.pending, msg.page.Items...)
	if msg.page.Next != "" {
		return s.askAfter(msg.page.Next)
	}
	s.keep(s.pending)
	s.pending = nil
	return s.askAgain()
}

func (s *Screen) keep(events []event) {
	rows := make([]*event, 0, len(events))
	for i := range events {
		e := &events[i]
		rows = append(rows, e)
		s.newest = max(s.newest, e.Seq)
		if s.oldest == 0 || e.Seq < s.oldest {
			s.oldest = e.Seq
		}
	}
	s.Put(rows)
}

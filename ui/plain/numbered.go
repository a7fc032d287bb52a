package plain

import (
	"context"

	"example.com/keyturn/ui/screens/cells"
)

// pageSize is how many lines are read at a time.
const pageSize = 20

// numbered is a list that has been read out: numbers choose from it, as it was heard.
type numbered struct {
	size  int
	line  func(at int) string
	pick  func(ctx context.Context, at int)
	older func(context.Context) int // asks for more at the end, and returns the size after it; nil: there is no more
	keys  []string                  // of rows
	first int                       // of the page that was read last
	next  int
}

// hear reads the first page of a list; numbers choose from it now.
func (s *session) hear(n *numbered) {
	s.heard = n
	s.readPage(0)
}

func (s *session) readPage(from int) {
	n := s.heard
	n.first, n.next = from, min(from+pageSize, n.size)
	for i := n.first; i < n.next; i++ {
		s.say("%d: %s", i+1, n.line(i))
	}
	if left := n.size - n.next; left > 0 {
		s.say("%s more: type more to hear on.", cells.Count(int64(left)))
	}
}

// more reads the next page.
func (s *session) more(ctx context.Context, _ string) {
	n := s.heard
	if n == nil {
		s.say("Nothing has been read out yet: type ci, for example.")
		return
	}
	if n.next >= n.size && n.older != nil {
		n.size = n.older(ctx)
	}
	if n.next >= n.size {
		s.say("That was all.")
		return
	}
	s.readPage(n.next)
}

// before reads the page before the last one again.
func (s *session) before(_ context.Context, _ string) {
	if s.heard == nil || s.heard.first == 0 {
		s.say("This is the beginning.")
		return
	}
	s.readPage(max(0, s.heard.first-pageSize))
}

// choose takes what has that number in the list that was read out last.
func (s *session) choose(ctx context.Context, number int) {
	n := s.heard
	switch {
	case n == nil || n.size == 0:
		s.say("There is nothing to choose from: type ci, for example, to hear a list.")
	case number < 1 || number > n.size:
		s.say("There is no number %d: the list that was read has 1 to %d.", number, n.size)
	default:
		n.pick(ctx, number-1)
	}
}

package shelf

import "time"

// LetGo is what the shelf does by itself, when so much time has gone by.
func (s *Shelf) LetGo(later time.Duration) {
	now := s.now
	s.now = func() time.Time { return now().Add(later) }
	s.letGo()
}

// Pages is how many there are.
func (s *Shelf) Pages() int { return len(s.pages) }

// Idle is how long a page stays that nobody asks for.
const Idle = idle

package plain

import (
	"context"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
)

// history is the events that have been asked for, and where the older ones begin.
type history struct {
	list   []*models.Event
	cursor string
}

// eventPage is how many events are asked for at a time.
const eventPage = 500

// loadEvents asks for the newest events.
func (s *session) loadEvents(ctx context.Context) bool {
	s.history = history{}
	return s.askEvents(ctx)
}

// askEvents asks for the events that come after those that are there.
func (s *session) askEvents(ctx context.Context) bool {
	var page models.EventPage
	err := s.await(ctx, func(ctx context.Context) (err error) {
		page, err = s.Ports.Reader.Events(ctx, models.EventFilter{}, models.Page{Cursor: s.history.cursor, Limit: eventPage})
		return err
	})
	if err != nil {
		s.failed("The events could not be loaded", err)
		return false
	}
	for i := range page.Items {
		s.history.list = append(s.history.list, &page.Items[i])
	}
	s.history.cursor = page.Next
	s.lists[actions.Activity].outdated()
	return true
}

// olderEvents asks for more when the end of the list has been read. What was heard keeps its number;
// the older events come behind it.
func (s *session) olderEvents(n *numbered) func(context.Context) int {
	return func(ctx context.Context) int {
		if s.history.cursor != "" && s.askEvents(ctx) {
			s.lists[actions.Activity].extend(n)
		}
		return n.size
	}
}

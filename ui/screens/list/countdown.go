package list

import (
	"time"

	"example.com/keyturn/models"
)

// Left is how long it is until the next end of a row that is in sight; 0: none is.
func (m *Model[T]) Left() time.Duration {
	if m.opts.Ends == nil {
		return 0
	}
	clock := m.Clock()
	var least time.Duration
	for _, row := range m.inSight() {
		for _, end := range m.opts.Ends(row) {
			if left := clock.Left(end); left > 0 && (least == 0 || left < least) {
				least = left
			}
		}
	}
	return least
}

// inSight is the rows whose facts are painted: those of the table, or the one that the pane is about
// where it takes all the room.
func (m *Model[T]) inSight() []*T {
	if m.place() != whole {
		return m.table.Visible()
	}
	if row := m.table.Current(); row != nil {
		return []*T{row}
	}
	return nil
}

// Ends is what counts down about a credential: the grace of its old secret, and for a legacy key the
// windows of the calendar.
func (e Env) Ends(c *models.Credential) []time.Time {
	ends := []time.Time{c.GraceEnds()}
	if !c.HasWorkingLegacy() {
		return ends
	}
	sunset := e.Book.Workspace.Sunset
	if next := sunset.Next(e.Clock().Now); next != nil {
		ends = append(ends, next.Start, next.End)
	}
	return append(ends, sunset.End)
}

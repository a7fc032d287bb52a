package policy

import "example.com/keyturn/models"

// historyBatch is how many events are held at a time.
const historyBatch = 1000

// CheckHistory goes through the whole history, from its head to its first event. It fails with a
// models.BrokenChain if an event is missing or does not say what it said when it was written.
func CheckHistory(q Queries) error {
	var chain models.Chain
	for before := int64(0); ; {
		some, err := q.Events(EventQuery{Before: before, Limit: historyBatch})
		if err != nil {
			return err
		}
		for _, e := range some {
			e.Content = e.Digest()
			if err := chain.Take(e); err != nil {
				return err
			}
			before = e.Seq
		}
		if len(some) < historyBatch {
			return chain.End()
		}
	}
}

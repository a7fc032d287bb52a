package policy

import (
	"context"
	"sync/atomic"

	"example.com/keyturn/models"
)

// calendar is the workspace's settings as they were last read, with the sunset. They hardly ever change,
// and each change makes a new revision.
type calendar struct {
	store Store
	last  atomic.Pointer[models.Workspace]
}

// at returns the settings of that revision, or newer ones.
func (c *calendar) at(ctx context.Context, revision models.Revision) (models.Workspace, error) {
	if w := c.last.Load(); w != nil && w.Revision == revision {
		return *w, nil
	}
	var w models.Workspace
	err := c.store.Read(ctx, func(q Queries) (err error) {
		w, err = q.Workspace()
		return err
	})
	if err == nil {
		c.last.Store(&w)
	}
	return w, err
}

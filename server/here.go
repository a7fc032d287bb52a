package server

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/store"
	"example.com/keyturn/server/store/postgres"
	"example.com/keyturn/server/vault"
)

// Each service says in the database which keys it has, so that nobody changes to one that another lacks.
const (
	hereAgain = 5 * time.Second        // how long what was said is good, unless the keys are others
	hearAll   = 10 * time.Second       // how long to wait until all services have found a key that was copied to them
	hearPause = 250 * time.Millisecond // between two looks
)

// here is what this service has said of itself.
type here struct {
	keys []string
	at   time.Time
}

// sayHere says which keys are here, if that is news.
func (s *Server) sayHere(ctx context.Context) error {
	if s.cfg.Database.Empty() {
		return nil
	}
	keys := vault.Held(s.cfg.KeyFile)
	if slices.Equal(keys, s.here.keys) && time.Since(s.here.at) < hereAgain {
		return nil
	}
	host, err := os.Hostname()
	if err != nil {
		host = "a machine without a name"
	}
	if err := s.store.SayHere(ctx, store.Instance{Host: host, Folder: s.cfg.Dir, Keys: keys}); err != nil {
		return fmt.Errorf("say which keys are here: %w", err)
	}
	s.here = here{keys, time.Now()}
	return nil
}

// allHave returns once every service that serves the workspace has that key. Those that have just got it need a
// moment to find it.
func allHave(ctx context.Context, s *postgres.Store, id string) error {
	for deadline := time.Now().Add(hearAll); ; {
		all, err := s.Instances(ctx)
		if err != nil {
			return err
		}
		var lack []string
		for _, i := range all {
			if !slices.Contains(i.Keys, id) {
				lack = append(lack, i.Host+" ("+i.Folder+")")
			}
		}
		if len(lack) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return leftBehind(id, lack)
		}
		if !waitFor(ctx, nil, hearPause) {
			return ctx.Err()
		}
	}
}

func leftBehind(id string, lack []string) error {
	return &models.Error{
		Fault: models.FaultConflict, Code: "key-not-everywhere", Title: "the new key is not on every machine that serves: nothing was changed",
		Detail: "key " + id + " is missing, or cannot be read, on " + strings.Join(lack, ", "),
		Fix:    "copy the .new file there, beside the key, with mode 0600 and the service's user; or change with --leave-behind: they refuse whatever needs the key until they have it",
	}
}

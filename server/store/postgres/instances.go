package postgres

import (
	"context"
	"fmt"
	"strings"

	"example.com/keyturn/server/store"
)

// SayHere writes down that this process serves the workspace, and what it has. It is forgotten half a minute later
// if it does not say so again.
func (s *Store) SayHere(ctx context.Context, i store.Instance) error {
	s.said.Store(true)
	_, err := s.read.ExecContext(ctx, `INSERT INTO instances (name, host, folder, keys, seen_at) VALUES ($1, $2, $3, $4, clock_timestamp())
		ON CONFLICT (name) DO UPDATE SET host = $2, folder = $3, keys = $4, seen_at = clock_timestamp()`, s.name, i.Host, i.Folder, strings.Join(i.Keys, " "))
	if err == nil {
		_, err = s.read.ExecContext(ctx, `DELETE FROM instances WHERE seen_at < clock_timestamp() - INTERVAL '1 hour'`) // what was killed
	}
	return away(err)
}

// sayGone takes back SayHere, if there was any. If that cannot be done, time does it.
func (s *Store) sayGone() {
	if !s.said.Load() {
		return
	}
	ctx, stop := context.WithTimeout(context.Background(), goodbye)
	defer stop()
	_, _ = s.read.ExecContext(ctx, `DELETE FROM instances WHERE name = $1`, s.name)
}

// Instances are those that serve the workspace now. Each is asked to say so anew, which is for those that are
// asked about next time.
func (s *Store) Instances(ctx context.Context) (all []store.Instance, err error) {
	if _, err := s.read.ExecContext(ctx, `SELECT pg_notify($1, $2)`, s.channel(), s.name); err != nil {
		return nil, away(err)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT host, folder, keys FROM instances WHERE seen_at > clock_timestamp() - INTERVAL '30 seconds' ORDER BY host, folder, name`)
	if err != nil {
		return nil, away(fmt.Errorf("ask which services there are: %w", err))
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var i store.Instance
		var keys string
		if err := rows.Scan(&i.Host, &i.Folder, &keys); err != nil {
			return nil, err
		}
		i.Keys = strings.Fields(keys)
		all = append(all, i)
	}
	return all, away(rows.Err())
}

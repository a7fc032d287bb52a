package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// The locks of one workspace. Each is a pair of numbers: one of these, and its schema's.
const (
	lockToWrite   int32 = 0x6b740001 + iota // by a transaction
	lockToMigrate                           // by a session
	lockOfDuty                              // by a session
)

const (
	dutyTimeout = "8s"             // after that without a word the server ends the session of who has the duty
	quietCheck  = 30 * time.Second // how long to listen before asking whether the line still stands
	goodbye     = time.Second
)

// channel is where the changes of this workspace are told.
func (s *Store) channel() string { return fmt.Sprintf("keyturn_%d", uint32(s.space)) } //nolint:gosec // an oid, as it was

// Listen calls heard once it listens and then at every change that another process makes, until ctx
// ends or the connection does. What happened between two calls of Listen was not heard.
func (s *Store) Listen(ctx context.Context, heard func()) error {
	conn, err := pgx.ConnectConfig(ctx, s.cfg)
	if err != nil {
		return fmt.Errorf("listen for changes: %w", err)
	}
	defer func() { _ = leave(conn) }()
	if _, err := conn.Exec(ctx, `LISTEN `+s.channel()); err != nil {
		return fmt.Errorf("listen for changes: %w", err)
	}
	heard()
	for {
		other, err := s.next(ctx, conn)
		if err != nil {
			return fmt.Errorf("listen for changes: %w", err)
		}
		if other {
			heard()
		}
	}
}

// next waits for a notification, and reports whether another process sent it. It returns now and then
// without one, when it has found that the line still stands.
func (s *Store) next(ctx context.Context, conn *pgx.Conn) (other bool, err error) {
	waiting, stop := context.WithTimeout(ctx, quietCheck)
	defer stop()
	n, err := conn.WaitForNotification(waiting)
	if err == nil {
		return n.Payload != s.name, nil
	}
	if ctx.Err() != nil || waiting.Err() == nil {
		return false, err
	}
	checking, stop := context.WithTimeout(ctx, connectTimeout)
	defer stop()
	return false, conn.Ping(checking)
}

// OnDuty reports whether this process is the one that does what only one at a time shall do. The first
// to ask has the duty until its session ends: it has to ask again within dutyTimeout to keep it, or else the server
// ends the session of a process that hangs. Then the next one that asks has it.
func (s *Store) OnDuty(ctx context.Context) (bool, error) { return s.duty.take(ctx, s.space) }

// duty is the session whose lock is the duty.
type duty struct {
	cfg *pgx.ConnConfig

	mu   sync.Mutex
	conn *pgx.Conn
	held bool
}

func (d *duty) take(ctx context.Context, space int32) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.conn != nil && d.held {
		if err := d.conn.Ping(ctx); err == nil {
			return true, nil
		}
		d.drop() // with its lock; perhaps nobody else was quicker
	}
	err := d.try(ctx, space)
	if err != nil {
		d.drop()
		return false, fmt.Errorf("ask who has the duty: %w", err)
	}
	return d.held, nil
}

func (d *duty) try(ctx context.Context, space int32) error {
	if d.conn == nil || d.conn.IsClosed() {
		cfg := d.cfg.Copy()
		cfg.RuntimeParams["idle_session_timeout"] = dutyTimeout
		conn, err := pgx.ConnectConfig(ctx, cfg)
		if err != nil {
			return err
		}
		d.conn = conn
	}
	return d.conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1, $2)`, lockOfDuty, space).Scan(&d.held)
}

func (d *duty) drop() {
	if d.conn != nil {
		_ = leave(d.conn)
	}
	d.conn, d.held = nil, false
}

func (d *duty) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.conn == nil {
		return nil
	}
	err := leave(d.conn)
	d.conn, d.held = nil, false
	if errors.Is(err, context.DeadlineExceeded) {
		return nil // the server did not say goodbye
	}
	return err
}

// leave ends a session, whether or not the server still answers.
func leave(conn *pgx.Conn) error {
	ctx, stop := context.WithTimeout(context.Background(), goodbye)
	defer stop()
	return conn.Close(ctx)
}

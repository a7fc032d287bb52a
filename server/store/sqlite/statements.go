package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
)

// maxIdle bounds the statements that a connection keeps.
const maxIdle = 128

// keeper opens connections that keep their prepared statements: parsing and planning a statement
// takes SQLite longer than running most of them.
type keeper struct{ driver.Connector }

func (k keeper) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := c.(sqliteConn)
	if !ok {
		return nil, errors.Join(errors.New("this SQLite driver lacks what the store needs"), c.Close())
	}
	return &conn{sqliteConn: full, idle: map[string]sqliteStmt{}}, nil
}

// sqliteConn is what is used of a driver's connection. It lists no way to run a query unprepared:
// database/sql prepares instead, and so comes by the kept statements.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.SessionResetter
	driver.Validator
}

// sqliteStmt is what is used of a driver's statement.
type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// conn is one connection with the statements that nobody uses just now. database/sql never lets two
// goroutines at a connection, so it needs no lock.
type conn struct {
	sqliteConn
	idle map[string]sqliteStmt
}

// PrepareContext hands out a kept statement, or makes one.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if s, ok := c.idle[query]; ok {
		delete(c.idle, query)
		return &statement{sqliteStmt: s, conn: c, query: query}, nil
	}
	made, err := c.sqliteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s, ok := made.(sqliteStmt)
	if !ok {
		return made, nil
	}
	return &statement{sqliteStmt: s, conn: c, query: query}, nil
}

// Close closes what was kept, then the connection.
func (c *conn) Close() error {
	var errs []error
	for _, s := range c.idle {
		errs = append(errs, s.Close())
	}
	clear(c.idle)
	return errors.Join(append(errs, c.sqliteConn.Close())...)
}

// keep takes a statement back. A full connection lets go of any other one: what is asked often comes
// back at once.
func (c *conn) keep(query string, s sqliteStmt) error {
	if _, twice := c.idle[query]; twice {
		return s.Close()
	}
	var err error
	if len(c.idle) >= maxIdle {
		for other, victim := range c.idle {
			err = victim.Close()
			delete(c.idle, other)
			break
		}
	}
	c.idle[query] = s
	return err
}

// statement is a prepared statement in use; closing it gives it back to its connection.
type statement struct {
	sqliteStmt
	conn  *conn
	query string
}

// Close gives the statement back.
func (s *statement) Close() error { return s.conn.keep(s.query, s.sqliteStmt) }

package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/keyturn/models"
)

// What PostgreSQL calls these.
const (
	diskFull           = "53100"
	ioError            = "58030"
	outOfMemory        = "53200"
	tooManyConnections = "53300"
)

// away makes of a lost or refused connection, and of a server that has no room, what callers can act on: nothing was
// changed, and it can be tried again. Every other error stays as it is.
func away(err error) error {
	if !lost(err) {
		return err
	}
	e := &models.Error{
		Fault: models.FaultUnreachable, Code: "database-away", Title: "The service cannot reach its database",
		Fix: "try again in a while: nothing was changed", Err: err,
	}
	switch code, _ := answered(err); code {
	case diskFull, ioError:
		e.Code, e.Title = "disk-full", "The database cannot write to its disk: nothing was changed"
		e.Fix = "make room where PostgreSQL keeps its files, and see its log; then try again"
	case outOfMemory, tooManyConnections:
		e.Code, e.Title = "database-full", "The database server has no room for this: nothing was changed"
		e.Fix = "try again in a while; if it stays, see the log of PostgreSQL"
	}
	return e
}

// undecided is away for a commit, which the database may have done before it went. One that it refuses, and goes on,
// it has not done; one at which it ends the session, or itself, it may have.
func undecided(err error) error {
	if _, goesOn := answered(err); goesOn || !lost(err) {
		return away(err)
	}
	return &models.Error{
		Fault: models.FaultUnknown, Code: "outcome-unknown", Title: "The database went away in the middle: whether this was done is not known",
		Fix: "ask again with the same Idempotency-Key", Err: err,
	}
}

// answered is the code with which the server has refused something, and whether the session goes on.
func answered(err error) (code string, goesOn bool) {
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		return "", false
	}
	return answer.Code, answer.SeverityUnlocalized == "ERROR"
}

// lost reports whether there is no connection any more, or no place for one.
func lost(err error) bool {
	var known *models.Error
	var network net.Error
	var connecting *pgconn.ConnectError
	var answer *pgconn.PgError
	switch {
	case err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled):
		return false
	case errors.As(err, &answer):
		// Classes and codes as in PostgreSQL's appendix A: connections, resources, shutting down, its system, and
		// the session that was ended because it did nothing.
		return slices.ContainsFunc([]string{"08", "53", "57P", "58", "25P0"}, func(class string) bool { return strings.HasPrefix(answer.Code, class) })
	}
	return errors.As(err, &connecting) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "conn closed")
}

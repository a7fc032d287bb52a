package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/keyturn/models"
)

// away makes of a lost or refused connection what callers can act on: nothing was changed, and it can be
// tried again. Every other error stays as it is.
func away(err error) error {
	if !lost(err) {
		return err
	}
	return &models.Error{
		Fault: models.FaultUnreachable, Code: "database-away", Title: "The service cannot reach its database",
		Fix: "try again in a while: nothing was changed", Err: err,
	}
}

// undecided is away for a commit, which the database may have done before it went.
func undecided(err error) error {
	if !lost(err) {
		return err
	}
	return &models.Error{
		Fault: models.FaultUnknown, Code: "outcome-unknown", Title: "The database went away in the middle: whether this was done is not known",
		Fix: "ask again with the same Idempotency-Key", Err: err,
	}
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
		// Classes and codes as in PostgreSQL's appendix A: connections, resources, shutting down, and the
		// session that was ended because it did nothing.
		return strings.HasPrefix(answer.Code, "08") || strings.HasPrefix(answer.Code, "53") || strings.HasPrefix(answer.Code, "57P") || strings.HasPrefix(answer.Code, "25P0")
	}
	return errors.As(err, &connecting) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "conn closed")
}

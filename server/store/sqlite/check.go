package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"example.com/keyturn/models"
)

// oldestSQLite is the first version whose write-ahead log loses nothing: before it, a log that began anew
// while another connection wrote could drop committed changes.
var oldestSQLite = [3]int{3, 51, 3}

// newEnough refuses an SQLite that may lose what it has committed.
func newEnough(version string) error {
	var have [3]int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &have[0], &have[1], &have[2]); err != nil {
		return fmt.Errorf("it says that SQLite is version %q, which is no version: build keyturn with the modules in its go.mod", version)
	}
	for i, least := range oldestSQLite {
		if have[i] > least {
			return nil
		}
		if have[i] < least {
			return fmt.Errorf("this keyturn is built with SQLite %s, which can lose committed changes: build it with %d.%d.%d or newer",
				version, oldestSQLite[0], oldestSQLite[1], oldestSQLite[2])
		}
	}
	return nil
}

// uncleanStop reports whether whoever wrote the file last did not get to close it: closing moves the
// write-ahead log into the file and removes it.
func uncleanStop(path string) bool {
	info, err := os.Stat(path + "-wal")
	return err == nil && info.Size() > 0
}

// fit refuses a library that may lose what it has committed.
func fit(ctx context.Context, db *sql.DB) error {
	var version string
	if err := db.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&version); err != nil {
		return err
	}
	return newEnough(version)
}

// examine goes through the whole file that is about to be served, however whoever served it last has ended: a disk
// damages one that nobody uses too. For a hundred thousand credentials that takes most of a second.
func examine(ctx context.Context, db *sql.DB) error {
	if err := fit(ctx, db); err != nil {
		return err
	}
	var found string
	err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&found)
	if err == nil && found != "ok" {
		err = damage(found)
	}
	return err
}

// explained says what to do about a damaged file, wherever SQLite came upon it.
func explained(err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == sqlitelib.SQLITE_CORRUPT {
		return damage(err.Error())
	}
	return err
}

// unwritten says of a change that the disk did not take that it was not made: what ends a change is the
// last that is written of it.
func unwritten(err error) error {
	return noRoom(err, "The service cannot write to its disk: nothing was changed", "make room where the workspace is kept, then try again; reading goes on")
}

// undecided says of a change whose end the disk took, but would not confirm, that nobody knows: it is not seen now,
// and may be there after the next start.
func undecided(err error) error {
	var known *models.Error
	var e *sqlite.Error
	if errors.As(err, &known) || !errors.As(err, &e) || e.Code()&0xff != sqlitelib.SQLITE_IOERR {
		return err
	}
	return &models.Error{
		Fault: models.FaultUnknown, Code: "outcome-unknown", Title: "The service's disk failed in the middle: whether this was done is not known",
		Fix: "ask again with the same Idempotency-Key; look at the disk", Err: err,
	}
}

// noRoom says so, and what to do, where the disk did not take what was written.
func noRoom(err error, title, fix string) error {
	var e *sqlite.Error
	if !errors.As(err, &e) || e.Code() != sqlitelib.SQLITE_FULL && e.Code() != sqlitelib.SQLITE_IOERR_WRITE {
		return err
	}
	return &models.Error{Fault: models.FaultUnreachable, Code: "disk-full", Title: title, Fix: fix, Err: err}
}

func damage(what string) error {
	return fmt.Errorf("it is damaged (%s): nothing was changed; put a backup in its place", what)
}

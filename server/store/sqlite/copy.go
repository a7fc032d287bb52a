package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"

	"example.com/keyturn/models"
)

// Checked is what is known of a database file that was gone through from end to end.
type Checked struct {
	Schema int   // the number of its last migration
	Events int64 // the number of its last event
}

// Copy writes one consistent state of a database into an empty file, while others use the database and
// without holding them up. Pages that hold nothing any more are not copied. The copy is on the disk when
// Copy returns.
func Copy(ctx context.Context, from, to string) error {
	if _, err := os.Stat(from); err != nil {
		return noDatabase(from, "name the folder that keyturn serve --data was given", err)
	}
	db, err := sql.Open("sqlite", address(from, "mode=rw&_pragma=busy_timeout(5000)&_pragma=cache_size(-16000)"))
	if err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO $1`, to)
	if err = errors.Join(err, db.Close()); err != nil {
		err = noRoom(err, "the disk has no room for a copy of "+from+": there is none", "name a file on a disk with more room")
		return fmt.Errorf("copy the database %s: %w", from, explained(err))
	}
	return syncFile(to)
}

// Check goes through a database file that nobody uses: every page, every index, every reference. It
// leaves nothing beside the file, and does not change it.
func Check(ctx context.Context, path string) (c Checked, err error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return c, noDatabase(path, "name a file that keyturn backup has written", err)
	}
	if uncleanStop(path) {
		return c, &models.Error{
			Fault: models.FaultInvalid, Code: "unfinished-database", Title: path + " is not whole: a part of it lies in " + path + "-wal",
			Fix: "make a copy with keyturn backup; a database in use must not be copied as a file",
		}
	}
	db, err := sql.Open("sqlite", address(path, "mode=ro&immutable=1"))
	if err != nil {
		return c, fmt.Errorf("look at %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if err := fit(ctx, db); err != nil {
		return c, unfit(path, err)
	}
	var found string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&found); err != nil {
		return c, unfit(path, err)
	}
	if found != "ok" {
		return c, unfit(path, damage(found))
	}
	var table string
	var row, parent, key any
	err = db.QueryRowContext(ctx, `PRAGMA foreign_key_check`).Scan(&table, &row, &parent, &key)
	if !errors.Is(err, sql.ErrNoRows) {
		return c, unfit(path, errors.Join(err, damage("a row of "+table+" belongs to nothing")))
	}
	err = db.QueryRowContext(ctx, `SELECT (SELECT MAX(version_id) FROM goose_db_version), (SELECT COALESCE(MAX(seq), 0) FROM events)`).Scan(&c.Schema, &c.Events)
	if err != nil {
		return c, unfit(path, fmt.Errorf("it holds no workspace: %w", err))
	}
	if c.Schema > schemaVersion {
		return c, unfit(path, fmt.Errorf("its schema %d is newer than this keyturn knows (%d)", c.Schema, schemaVersion))
	}
	return c, nil
}

// Scrub writes a database that nobody uses anew, without the pages and bytes that were given up.
func Scrub(ctx context.Context, path string) error {
	db, err := connect(path, "_txlock=immediate")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(ctx, `VACUUM`)
	if err == nil {
		_, err = db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		err = noRoom(err, "the disk has no room to write "+path+" anew", "make room, twice as much as the database has, and run this again to finish")
		return fmt.Errorf("write %s anew: %w", path, explained(err))
	}
	return nil
}

func address(path, options string) string {
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path}).String() + "?" + options
}

func noDatabase(path, fix string, err error) error {
	why := "it is no file"
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		why = at.Err.Error()
	}
	return &models.Error{Fault: models.FaultInvalid, Code: "no-database", Title: "there is no database " + path, Detail: why, Fix: fix, Err: err}
}

func unfit(path string, err error) error {
	return &models.Error{
		Fault: models.FaultInvalid, Code: "unfit-database", Title: path + " is no sound database of keyturn", Detail: err.Error(),
		Fix: "use another backup; nothing was changed", Err: err,
	}
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

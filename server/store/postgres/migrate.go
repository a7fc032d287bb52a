package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// schemaVersion is the number of the last migration.
const schemaVersion = 4

// migrate brings the schema up to date, each migration in a transaction of its own, with the record of
// it. One process at a time: its only connection holds a lock from beginning to end, and so would every
// connection that took its place.
func migrate(ctx context.Context, cfg *pgx.ConnConfig, space int32) (err error) {
	db := stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1, $2)`, lockToMigrate, space)
		return err
	}))
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	at, err := version(ctx, db)
	if err != nil || at == schemaVersion {
		return err
	}
	if at > schemaVersion {
		return unfit(fmt.Sprintf("the database's schema %d is newer than this keyturn knows (%d)", at, schemaVersion), "use a newer keyturn")
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// version is the number of the last migration that was done; 0 in an empty schema.
func version(ctx context.Context, db *sql.DB) (at int, err error) {
	var table sql.NullString
	if err := db.QueryRowContext(ctx, `SELECT to_regclass(quote_ident(current_schema()) || '.goose_db_version')`).Scan(&table); err != nil || !table.Valid {
		return 0, err
	}
	err = db.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&at)
	return at, err
}

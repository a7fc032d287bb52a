package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/keyturn/models"
)

// oldestServer is the first version that ends a session which does nothing, so that no lock outlives
// whoever held it.
const oldestServer = 14

// How long to wait for the server, and how long it waits for us. A process that hangs in the middle
// of a change must not hold up the others for good.
const (
	connectTimeout = 10 * time.Second
	analyzeTimeout = 30 * time.Second
	stallTimeout   = "30s"
)

// configure reads the address of a database. No error of it holds the address: there may be a password
// in it.
func configure(database models.Secret) (*pgx.ConnConfig, error) {
	address, err := url.Parse(database.Reveal())
	if err != nil || address.Scheme != "postgres" && address.Scheme != "postgresql" {
		return nil, noAddress("")
	}
	cfg, err := pgx.ParseConfig(database.Reveal())
	if err != nil {
		return nil, noAddress(reason(err, address))
	}
	if openLine(cfg) && address.Query().Get("sslmode") == "" && os.Getenv("PGSSLMODE") == "" {
		return nil, &models.Error{
			Fault: models.FaultInvalid, Code: "no-tls", Title: "the way to the database at " + cfg.Host + " is open to others",
			Detail: "the address does not say whether to encrypt it", Fix: "add ?sslmode=verify-full to the address; or ?sslmode=disable, if nobody else is on that network",
		}
	}
	if cfg.ConnectTimeout == 0 || cfg.ConnectTimeout > connectTimeout {
		cfg.ConnectTimeout = connectTimeout
	}
	if cfg.ValidateConnect == nil {
		cfg.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite // of several hosts, the one that can be written to
	}
	// One plan for each statement, whatever its values: planning anew takes longer than running. And a page is not
	// far from another one, as it was on disks that turn: the server would read whole tables instead.
	for name, value := range map[string]string{
		"client_encoding": "UTF8", "plan_cache_mode": "force_generic_plan", "random_page_cost": "1.1", "application_name": "keyturn",
		"idle_in_transaction_session_timeout": stallTimeout,
	} {
		if cfg.RuntimeParams[name] == "" {
			cfg.RuntimeParams[name] = value
		}
	}
	return cfg, nil
}

// reason is why an address was refused, unless that would repeat its password.
func reason(err error, address *url.URL) string {
	inner := errors.Unwrap(err)
	if inner == nil {
		return ""
	}
	password, _ := address.User.Password()
	for _, hidden := range []string{password, address.Query().Get("password"), address.Query().Get("sslpassword")} {
		if hidden != "" && strings.Contains(inner.Error(), hidden) {
			return ""
		}
	}
	return inner.Error()
}

func noAddress(why string) error {
	return &models.Error{
		Fault: models.FaultInvalid, Code: "no-database", Title: "this is no address of a PostgreSQL database", Detail: why,
		Fix: "write postgres://USER@HOST:5432/DATABASE, and put the password in PGPASSWORD or ~/.pgpass",
	}
}

// openLine reports whether the server may be on another machine.
func openLine(cfg *pgx.ConnConfig) bool {
	hosts := []string{cfg.Host}
	for _, f := range cfg.Fallbacks {
		hosts = append(hosts, f.Host)
	}
	for _, host := range hosts {
		ip := net.ParseIP(host)
		if !strings.HasPrefix(host, "/") && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return true
		}
	}
	return false
}

// refused says why a database cannot be used. It does not wrap what the driver says: that carries the
// password, if not in its text.
func refused(cfg *pgx.ConnConfig, err error) error {
	var known *models.Error
	if errors.As(err, &known) {
		return err
	}
	fix := "see whether it runs, and whether its address, user and password are right"
	var answer *pgconn.PgError
	var e *pgconn.ConnectError
	if errors.As(err, &answer) && !errors.As(err, &e) {
		fix = "give its user the right to create tables in the schema, or see the server's log"
	}
	return &models.Error{
		Fault: models.FaultUnreachable, Code: "no-database", Title: fmt.Sprintf("the database %s at %s cannot be used", cfg.Database, cfg.Host),
		Detail: err.Error(), Fix: fix,
	}
}

// durable makes a session's commits wait for the disk, wherever the server was told not to.
func durable(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`)
	return err
}

// examine looks at what was connected to, and returns the schema that the workspace lives in.
func examine(ctx context.Context, db *sql.DB) (space int32, err error) {
	var version int
	var encoding, sync, pages string
	var schema sql.NullInt32
	err = db.QueryRowContext(ctx, `SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding'),
		current_setting('fsync'), current_setting('full_page_writes'), (SELECT oid::int FROM pg_namespace WHERE nspname = current_schema())`).
		Scan(&version, &encoding, &sync, &pages, &schema)
	switch {
	case err != nil:
		return 0, err
	case version < oldestServer:
		return 0, unfit(fmt.Sprintf("the database server is PostgreSQL %d", version), fmt.Sprintf("use PostgreSQL %d or newer", oldestServer))
	case encoding != "UTF8":
		return 0, unfit("the database is kept in "+encoding+", which lacks letters", "create it with ENCODING 'UTF8'")
	case sync != "on" || pages != "on":
		return 0, unfit("the database server can lose committed changes", "set fsync and full_page_writes to on, and restart it")
	case !schema.Valid:
		return 0, unfit("the database has no schema to keep a workspace in", "create one, and name it in search_path")
	}
	return schema.Int32, nil
}

func unfit(title, fix string) error {
	return &models.Error{Fault: models.FaultInvalid, Code: "unfit-database", Title: title, Fix: fix}
}

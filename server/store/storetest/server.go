package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/keyturn/models"
)

// serverVar says where the tests find a PostgreSQL server. Without it they start one of their own, and
// are skipped on a machine that has none; with "required" they fail there. Anything else is the address
// of a server whose user may make schemas.
const serverVar = "KEYTURN_TEST_POSTGRES"

// storeVar says on which database the tests of whatever stands above the stores work: sqlite, or postgres.
const storeVar = "KEYTURN_TEST_STORE"

// Database returns the address of an empty schema if the tests work on PostgreSQL; none on SQLite.
func Database(t testing.TB) models.Secret {
	t.Helper()
	switch name := os.Getenv(storeVar); name {
	case "", "sqlite":
		return models.Secret{}
	case "postgres":
		return Postgres(t)
	default:
		t.Fatalf("%s is %q: there are sqlite and postgres", storeVar, name)
		return models.Secret{}
	}
}

// OnSQLite skips what is about SQLite's files when the tests work on PostgreSQL.
func OnSQLite(t testing.TB) {
	t.Helper()
	if os.Getenv(storeVar) == "postgres" {
		t.Skip("this is about the files of SQLite")
	}
}

// Postgres returns the address of an empty schema on a real server, for this test only.
func Postgres(t testing.TB) models.Secret {
	t.Helper()
	address := os.Getenv(serverVar)
	ours := address == "" || address == "required"
	if ours {
		started, err := started()
		if errors.Is(err, errNoServer) && address == "" {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		address = started.address
	}
	Hunt(t) // which ends after the schema is gone
	schema := "t" + strings.ToLower(rand.Text())
	run(t, address, "CREATE SCHEMA "+schema)
	if !ours {
		t.Cleanup(func() { run(t, address, "DROP SCHEMA "+schema+" CASCADE") })
	}
	place, err := url.Parse(address)
	if err != nil {
		t.Fatalf("%s is no address", serverVar)
	}
	options := place.Query()
	options.Set("search_path", schema)
	options.Set("application_name", schema) // so that its sessions can be found
	place.RawQuery = options.Encode()
	database := models.NewSecret(place.String())
	if password, ok := place.User.Password(); ok {
		Hunt(t).Learn(password)
	}
	huntIn(t, database)
	return database
}

// Dump returns every row of a schema that Postgres made, as text.
func Dump(ctx context.Context, database models.Secret) (dump []byte, err error) {
	conn, err := pgx.Connect(ctx, database.Reveal())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	rows, err := conn.Query(ctx, `SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = current_schema()`)
	if err != nil {
		return nil, err
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	for _, table := range tables {
		rows, err := conn.Query(ctx, `SELECT CAST(t AS text) FROM `+table+` t`)
		if err != nil {
			return nil, err
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			dump = append(dump, table+line+"\n"...)
		}
	}
	return dump, nil
}

func run(t testing.TB, address, statement string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Exec(ctx, statement)
	if err := errors.Join(err, conn.Close(ctx)); err != nil {
		t.Fatal(err)
	}
}

var errNoServer = errors.New("there is no PostgreSQL server to test with: install one, or name one in " + serverVar)

// cluster is a server of this process.
type cluster struct {
	dir, data string // of its own; of its files
	bin       string // where its programs are
	as        []string
	address   string
	port      string
	leash     io.WriteCloser // the server ends when this does, however this process ends
	server    *exec.Cmd
}

// running is the server of this process, once there is one.
var running *cluster

// started starts one server for all tests of this process.
var started = sync.OnceValues(func() (*cluster, error) {
	bin, as, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "keyturn-postgres-")
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir, data: filepath.Join(dir, "data"), bin: bin, as: as}
	if err := errors.Join(c.make(), c.start()); err != nil {
		return nil, errors.Join(fmt.Errorf("start PostgreSQL: %w", err), os.RemoveAll(dir))
	}
	running = c
	return c, nil
})

// programs finds the server's programs, and how to run them: they refuse to be run by root.
func programs() (bin string, as []string, err error) {
	found, err := exec.LookPath("initdb")
	if err != nil {
		installed, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // where Debian keeps them
		if len(installed) == 0 {
			return "", nil, errNoServer
		}
		found = slices.MaxFunc(installed, func(a, b string) int { return len(a) - len(b) + strings.Compare(a, b) })
	}
	if found, err = filepath.EvalSymlinks(found); err != nil {
		return "", nil, err
	}
	if os.Getuid() == 0 {
		as = []string{"setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"}
		if _, err := exec.LookPath(as[0]); err != nil {
			return "", nil, errNoServer
		}
	}
	return filepath.Dir(found), as, nil
}

// leashed runs a server until its standard input ends, and leaves nothing behind. With a line there it starts one
// that has ended once more.
const leashed = `dir=$1; shift
serve() { "$@" >>"$dir/log" 2>&1 </dev/null & server=$!; }
serve "$@"
while read -r _; do wait $server; serve "$@"; done
kill -INT $server
wait $server
rm -rf "$dir"`

// make makes the files of a server.
func (c *cluster) make(options ...string) error {
	if err := give(c.dir, len(c.as) > 0); err != nil {
		return err
	}
	password := rand.Text()
	secret := filepath.Join(c.dir, "password")
	if err := errors.Join(os.WriteFile(secret, []byte(password+"\n"), 0o600), give(secret, len(c.as) > 0)); err != nil {
		return err
	}
	argv := append([]string{filepath.Join(c.bin, "initdb"), "-D", c.data, "-A", "scram-sha-256", "--pwfile=" + secret, "-U", "keyturn", "-E", "UTF8", "--locale=C", "--no-sync"}, options...)
	initdb := command(c.as, argv...)
	initdb.Dir = c.dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	port, err := freePort()
	address := url.URL{Scheme: "postgres", User: url.UserPassword("keyturn", password), Host: "127.0.0.1:" + port, Path: "/postgres", RawQuery: "sslmode=disable"}
	c.port, c.address = port, address.String()
	return err
}

// start starts the server, and returns when it answers.
func (c *cluster) start(settings ...string) error {
	argv := append([]string{"-c", leashed, "sh", c.dir}, c.as...)
	argv = append(argv, filepath.Join(c.bin, "postgres"), "-D", c.data, "-p", c.port)
	for _, setting := range append([]string{"listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300", "shared_buffers=64MB"}, settings...) {
		argv = append(argv, "-c", setting)
	}
	c.server = exec.Command("sh", argv...)
	c.server.Dir = c.dir
	leash, err := c.server.StdinPipe()
	if err != nil {
		return err
	}
	if err := c.server.Start(); err != nil {
		return err
	}
	c.leash = leash
	if err := c.await(30 * time.Second); err != nil {
		log, _ := os.ReadFile(filepath.Join(c.dir, "log"))
		return errors.Join(fmt.Errorf("%w\n%s", err, log), c.stop())
	}
	return nil
}

// stop ends the server, and removes its folder.
func (c *cluster) stop() error { return errors.Join(c.leash.Close(), c.server.Wait()) }

// give hands a file to the user who runs the server.
func give(path string, away bool) error {
	if !away {
		return nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(who.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(who.Gid)
	if err != nil {
		return err
	}
	return os.Chown(path, uid, gid)
}

func command(as []string, argv ...string) *exec.Cmd {
	argv = append(slices.Clone(as), argv...)
	return exec.Command(argv[0], argv[1:]...)
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}

// await returns when the server answers.
func (c *cluster) await(patience time.Duration) error {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	for {
		conn, err := pgx.Connect(ctx, c.address)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

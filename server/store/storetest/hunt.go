package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/vault"
)

// Hunt is the hunt of a test that has a workspace. When the test ends, each database that it leaves in its folders
// is opened with each key that lies there: the keys, and every value that ever was in a workspace, are looked for,
// whether or not somebody has read them.
func Hunt(t testing.TB) *hunt.Hunt {
	t.Helper()
	h := hunt.For(t)
	h.Except("admin-token", "the service leaves the first admin's token there")
	h.Except(keyFiles, "the key lies beside the database, not in it")
	h.Last("workspaces", func(left []hunt.Text) {
		keys := keysOf(h, left)
		for _, file := range left {
			if bytes.HasPrefix(file.Bytes, []byte("SQLite format 3\x00")) && len(keys) > 0 {
				if err := valuesOf(h, keys, file, left); err != nil {
					t.Errorf("the values of %s: %v", filepath.Base(file.Place), err)
				}
			}
		}
	})
	return h
}

// keyFiles are the names that a workspace's key has, and the next one, and the ones before.
const keyFiles = "workspace.key*"

// keysOf are the keys that lie in files, which nobody else may tell.
func keysOf(h *hunt.Hunt, left []hunt.Text) (keys []*vault.Vault) {
	for _, file := range left {
		if named, _ := filepath.Match(keyFiles, filepath.Base(file.Place)); !named {
			continue
		}
		digits := strings.TrimSpace(string(file.Bytes))
		key, err := hex.DecodeString(digits)
		if err != nil {
			continue // a test has spoilt it
		}
		if v, err := vault.New(key); err == nil {
			h.Learn(digits)
			h.Learn(string(key))
			keys = append(keys, v)
		}
	}
	return keys
}

// valuesOf adds the values in a file of SQLite, with what its log has; of a copy, so that the file stays as it is.
// One that a test has spoilt holds none.
func valuesOf(h *hunt.Hunt, keys []*vault.Vault, file hunt.Text, left []hunt.Text) (err error) {
	dir, err := os.MkdirTemp("", "keyturn-hunt-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "workspace.db")
	for _, text := range left {
		if suffix, ours := strings.CutPrefix(text.Place, file.Place); ours && (suffix == "" || suffix == "-wal") {
			if err := os.WriteFile(path+suffix, text.Bytes, 0o600); err != nil {
				return err
			}
		}
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows, err := db.Query(sealedValues)
	if err != nil {
		return nil
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var s policy.SealedSecret
	for rows.Next() {
		if err := rows.Scan(&s.Credential, &s.Version, &s.Sealed); err != nil {
			return nil
		}
		learn(h, keys, s)
	}
	return nil
}

const sealedValues = `SELECT credential_id, version, sealed FROM secrets WHERE sealed IS NOT NULL`

func learn(h *hunt.Hunt, keys []*vault.Vault, s policy.SealedSecret) {
	for _, key := range keys {
		if value, err := key.Open(s.Sealed, s.Credential, s.Version); err == nil {
			h.Add(value)
		}
	}
}

// huntIn has a schema searched as it is when the test ends, and its values looked for.
func huntIn(t testing.TB, database models.Secret) {
	t.Helper()
	h := Hunt(t)
	t.Cleanup(func() {
		ctx := context.Background()
		tables, err := Dump(ctx, database)
		if err != nil {
			t.Error(err)
		}
		h.Keep("the tables of PostgreSQL", tables)
		sealed, err := sealedIn(ctx, database)
		if err != nil {
			t.Error(err)
		}
		h.Last(database.Digest(), func(left []hunt.Text) {
			keys := keysOf(h, left)
			for _, s := range sealed {
				learn(h, keys, s)
			}
		})
	})
}

func sealedIn(ctx context.Context, database models.Secret) (all []policy.SealedSecret, err error) {
	conn, err := pgx.Connect(ctx, database.Reveal())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	var there bool
	if err := conn.QueryRow(ctx, `SELECT to_regclass('secrets') IS NOT NULL`).Scan(&there); err != nil || !there {
		return nil, err
	}
	rows, err := conn.Query(ctx, sealedValues)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s policy.SealedSecret, err error) {
		return s, row.Scan(&s.Credential, &s.Version, &s.Sealed)
	})
}

// Ended is for the end of all tests of a package: what outlives them, which are these folders, and what a server of
// PostgreSQL has written beside the tables, its log and its write-ahead log, is searched for every value of every
// test. It returns the exit code.
func Ended(code int, folders ...string) int {
	if running != nil {
		folders = append(folders, filepath.Join(running.dir, "data", "pg_wal"), filepath.Join(running.dir, "log"))
	}
	if err := hunt.Everything().Below(folders...); err != nil {
		fmt.Println(err)
		return 1
	}
	if testing.Verbose() {
		fmt.Println(hunt.Told())
	}
	return code
}

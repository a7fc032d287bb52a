//go:build linux

package server

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/wire"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/storetest"
)

// refusals are what a PostgreSQL server may say to any statement, and as what each is told.
var refusals = map[string]string{
	"53100": "disk-full", "58030": "disk-full", "53200": "database-full",
}

// beyond is a workspace in PostgreSQL, at the other end of a line on which statements are refused.
type beyond struct {
	house
	service *Server
	line    *wire.Statements
	works   models.Secret // of a token that works throughout
}

func newBeyond(t *testing.T) *beyond {
	t.Helper()
	storetest.Hunt(t)
	w := &beyond{house: house{t, filepath.Join(t.TempDir(), "data")}}
	address, err := url.Parse(storetest.Postgres(t).Reveal())
	w.must(err)
	w.line, err = wire.NewStatements(address.Host)
	w.must(err)
	t.Cleanup(func() { w.must(w.line.Close()) })
	address.Host = w.line.Address()
	w.service, err = Open(t.Context(), Config{Dir: w.dir, Database: models.NewSecret(address.String()), TokenPrefix: "lstest", Log: w.log()})
	w.must(err)
	t.Cleanup(func() { w.must(w.service.Close()) })
	for _, name := range []string{"deploy", "works"} {
		var c models.Credential
		w.change(w.service, func(tx *policy.Tx) (err error) { c, err = tx.CreateCIToken(name); return err })
		w.works = w.value(w.service, c)
	}
	w.lets() // its first use is written
	return w
}

// lets fails unless the token is let in.
func (w *beyond) lets() {
	w.Helper()
	out, err := w.service.service.Activate(context.Background(), policy.Activation{Secret: w.works, CI: true})
	if err != nil || !out.Verdict.Accepted() {
		w.Errorf("activating: %+v, %v", out.Verdict, err)
	}
}

// now is what the workspace holds, with nothing refused.
func (w *beyond) now() (text string, token models.Credential) {
	w.Helper()
	w.line.RefuseAt(0, "")
	w.lets()
	text, token, err := everything(w.service)
	w.must(err)
	return text, token
}

// Whatever statement of a change a PostgreSQL server refuses for want of room, its end too: nothing of the change is
// done, the refusal says so, reading and activating go on, and the change can be made again on the same lines.
func TestTheDatabaseRefusesAtEveryStatement(t *testing.T) {
	t.Parallel()
	for _, name := range slices.Sorted(maps.Keys(onAFaultyDisk)) {
		if strings.HasSuffix(name, withALongLog) {
			continue // which PostgreSQL does by itself
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newBeyond(t)
			statements, commits := w.refusedEverywhere(onAFaultyDisk[name])
			t.Logf("block E on PostgreSQL, %s: each of %d statements refused in %d ways", name, statements, len(refusals))
			if statements < 5 || commits != len(refusals) {
				t.Errorf("%d statements and %d commits were refused", statements, commits)
			}
		})
	}
}

// refusedEverywhere does it until nothing is refused any more, and returns how many of its statements were.
func (w *beyond) refusedEverywhere(do func(*Server, models.Credential) error) (statements, commits int) {
	w.Helper()
	before, token := w.now()
	for n := 1; n < 1000; n++ {
		for _, code := range slices.Sorted(maps.Keys(refusals)) {
			w.line.RefuseAt(n, code)
			failed := do(w.service, token)
			refused, commit := w.line.Refused()
			after, _ := w.now()
			if !refused {
				if failed != nil || after == before {
					w.Errorf("without a refusal: %v", failed)
				}
				return n - 1, commits
			}
			if commit {
				commits++
			}
			var said *models.Error
			if !errors.As(failed, &said) || said.Code != refusals[code] || said.Fault != models.FaultUnreachable || said.Fix == "" {
				w.Errorf("statement %d refused with %s is told as %v", n, code, failed)
			}
			if after != before {
				w.Fatalf("statement %d refused with %s, and half of it is done: %s", n, code, cmp.Diff(before, after))
			}
		}
	}
	w.Fatal("no end of it")
	return 0, 0
}

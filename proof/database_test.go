package proof_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/proof/wire"
	"example.com/keyturn/server/store/storetest"
)

// Block B, behind the service: the line to the database is cut at each thing that is said on it, before it
// arrives or before its answer does. Whoever is told that surely nothing was done is told the truth, also
// when the commit was done and its answer was lost.
func TestTheLineToTheDatabaseIsCutAnywhere(t *testing.T) {
	t.Parallel()
	p := newPlace(t, onPostgres)
	address, err := url.Parse(p.Database)
	must(t, err)
	line, err := wire.NewLine(address.Host)
	must(t, err)
	t.Cleanup(func() { must(t, line.Close()) })
	address.Host = line.Address()
	p.Database = address.String()
	s := &stand{TB: t, hunt: storetest.Hunt(t), place: p, clock: &clock{}, log: &buffer{}}
	s.hunt.Watch("the log of the service", s.log.bytes)
	s.instance = s.another()
	s.token = p.adminToken(t)
	s.admin = s.client(s.url, time.Minute)

	ops := named("rotate", "rename")
	if night.Seeds(t) > 1 {
		ops = operations
	}
	told := &tally{}
	for _, op := range ops {
		for _, heard := range []bool{false, true} {
			for n := 1; s.cutsAt(op, line, n, heard, told) && !t.Failed(); n++ {
				if n == 200 {
					t.Fatalf("%s: no end of it", op.name)
				}
			}
		}
	}
	if _, err := chained(t.Context(), s.admin, models.EventHead{}); err != nil {
		t.Error(err)
	}
	t.Logf("block B, the database's line: %d operations cut at everything that they say: %d cuts; told: %s", len(ops), told.total(), told)
	if !slices.Contains(told.words, "unknown") {
		t.Error("no commit was ever cut")
	}
}

// cutsAt does an operation with the line cut at that place, and reports whether it came to that.
func (s *stand) cutsAt(op operation, line *wire.Line, n int, heard bool, told *tally) bool {
	s.Helper()
	ctx := s.Context()
	d := op.prepare(s, fmt.Sprintf("%s cut at %d %v", op.name, n, heard))
	w := newWitness()
	if d.credential != "" {
		must(s, w.hold(ctx, s.admin, d.credential))
	}
	line.CutAt(n, heard)
	said := d.do(ctx, s.admin)
	cut := line.WasCut()
	line.CutAt(0, false)
	if !cut {
		must(s, said)
		return false
	}
	told.add(s.truthful(d, wire.Strike{}, said))
	s.settled(d, d.again(ctx, s.admin))
	if d.credential != "" {
		s.holds(w, d.credential)
	}
	if s.Failed() {
		s.Logf("that was %s, cut at %d, heard %v: %v", op.name, n, heard, said)
	}
	return true
}

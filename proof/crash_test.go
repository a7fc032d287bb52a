package proof_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/apiclient"
	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/proof/wire"
)

// flows are the operations of block A.
var flows = append(named("rotate", "rotate after a leak", "migrate a legacy key", "cancel", "roll back", "supersede"),
	operation{"bulk item", bulkDeed}, operation{"first use", firstUseDeed})

func named(names ...string) []operation {
	var found []operation
	for _, name := range names {
		at := slices.IndexFunc(operations, func(o operation) bool { return o.name == name })
		found = append(found, operations[at])
	}
	return found
}

// bulkDeed rotates three legacy keys one after the other, with the keys of one plan.
func bulkDeed(s *stand, name string) deed {
	var items []deed
	for n := range 3 {
		items = append(items, rotateDeed(s, s.legacy(fmt.Sprintf("%s item %d", name, n)), models.RotateRequest{Overlap: models.DefaultOverlap}, models.RotationPending))
	}
	each := func(ask func(deed) error) error {
		for _, item := range items {
			if err := ask(item); err != nil {
				return err
			}
		}
		return nil
	}
	return deed{
		credential: items[1].credential,
		do: func(ctx context.Context, c *apiclient.Client) error {
			return each(func(d deed) error { return d.do(ctx, c) })
		},
		again: func(ctx context.Context, c *apiclient.Client) error {
			return each(func(d deed) error { return d.again(ctx, c) })
		},
		done: func(ctx context.Context, c *apiclient.Client) (bool, error) {
			all := true
			err := each(func(d deed) error {
				done, err := d.done(ctx, c)
				all = all && done
				return err
			})
			return all, err
		},
	}
}

// firstUseDeed is a pipeline that shows the new secret of an open rotation.
func firstUseDeed(s *stand, name string) deed {
	r, c := s.rotated(name)
	value, err := s.admin.Secret(s.Context(), c.ID, r.NewVersion)
	must(s, err)
	use := func(ctx context.Context, _ *apiclient.Client) error {
		how, err := present(ctx, urlOf(ctx), value, true)
		if err != nil {
			return &models.Error{Fault: models.FaultUnknown, Title: "no licence came", Fix: "start again", Err: err}
		}
		if how != accepted {
			return &models.Error{Fault: models.FaultConflict, Title: how}
		}
		return nil
	}
	return deed{credential: c.ID, do: use, again: use, done: func(ctx context.Context, c *apiclient.Client) (bool, error) {
		now, _, err := c.Rotation(ctx, r.ID)
		return now.State == models.RotationRetiring, err
	}}
}

type urlKey struct{}

// toURL says where a deed without a client of the API goes.
func toURL(ctx context.Context, url string) context.Context {
	return context.WithValue(ctx, urlKey{}, url)
}

func urlOf(ctx context.Context) string { return ctx.Value(urlKey{}).(string) }

// leastPoints is how many points a service is killed at, by name.
const leastPoints = 32

// reopening is how long a workspace may take from the start of the service to its first answer, on a
// machine that is busy with much else. The promise is two seconds: see what is printed.
const reopening = 10 * time.Second

// Block A: the service is killed at each point of each flow. The service that follows it finds a workspace
// in which nothing is half done, and one repeat settles what the client was not told. Each seed has a
// workspace of its own, in which the services die one after the other.
func TestKilledAtAnyPoint(t *testing.T) {
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			kills := &graves{}
			for seed := range night.Seeds(t) {
				t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { kills.dig(t, database, seed) })
			}
			t.Logf("block A on %s: %d kills with %d seeds, of %d points with %d names in %d flows; told: %s; the slowest start after one took %s",
				database, kills.told.total(), night.Seeds(t), len(kills.points), len(names(kills.points)), len(flows), &kills.told, kills.slowest.Round(time.Millisecond))
			t.Logf("block I in block A on %s: %s", database, &kills.hunted)
		})
	}
}

// graves is what all of one database come to.
type graves struct {
	points  []string
	told    tally
	slowest time.Duration
	hunted  hunt.Hunt
}

// dig kills the service at each point of each flow; with a single seed at each name once.
func (all *graves) dig(t *testing.T, database string, seed int) {
	g := &grave{stand: start(t, database), dice: rand.New(rand.NewPCG(uint64(seed), uint64(len(database)))), told: &all.told}
	must(t, g.end())
	of := map[string][]operation{} // the flows through each point
	for _, flow := range flows {
		for _, point := range g.live(flow) {
			of[point] = append(of[point], flow)
		}
	}
	order := slices.Sorted(maps.Keys(of))
	if n := len(names(order)); n < leastPoints {
		t.Errorf("only %d points have a name of their own, want %d: %q", n, leastPoints, names(order))
	}
	for i, point := range order {
		through := of[point]
		if night.Seeds(t) == 1 {
			if !strings.HasSuffix(point, " #1") {
				continue
			}
			through = through[i%len(through) : i%len(through)+1]
		}
		for _, flow := range through {
			g.die(flow, point, seed)
		}
	}
	all.points = order
	all.slowest = max(all.slowest, g.slowest)
	all.hunted.Merge(g.hunt)
}

// names are the points without the number of the time.
func names(points []string) []string {
	var all []string
	for _, p := range points {
		name, _, _ := strings.Cut(p, " #")
		all = append(all, name)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// grave is one workspace whose services die one after the other.
type grave struct {
	*stand
	dice    *rand.Rand
	head    models.EventHead // of the history, as it was seen last
	told    *tally
	runs    int
	slowest time.Duration
}

// rise starts the service as keyturn serve does, on what the dead one left.
func (g *grave) rise() {
	g.Helper()
	from := time.Now()
	i, err := serve(g.place, g.clock.Now, g.log)
	for deadline := from.Add(reopening); err != nil && strings.Contains(err.Error(), "is locked") && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond) // a child that is being born elsewhere in this process still has our lock
		from = time.Now()
		i, err = serve(g.place, g.clock.Now, g.log)
	}
	must(g, err)
	g.instance = i
	g.admin = g.client(g.url, time.Minute)
	_, err = g.admin.Workspace(g.Context())
	must(g, err)
	g.slowest = max(g.slowest, time.Since(from))
	if took := time.Since(from); took > reopening {
		g.Errorf("I10: the service took %s to come back", took)
	}
}

// prepared is a deed in a workspace that nobody serves now.
func (g *grave) prepared(flow operation) (deed, *witness) {
	g.Helper()
	g.runs++
	g.rise()
	d := flow.prepare(g.stand, fmt.Sprintf("%s %d", flow.name, g.runs))
	w := newWitness()
	must(g, w.hold(g.Context(), g.admin, d.credential))
	know(g.hunt, w)
	must(g, g.end())
	return d, w
}

// look hunts in what a dead service has left: its last words, and the folder with its unfinished log.
func (g *grave) look(m *mortal) {
	g.Helper()
	g.hunt.In(g.TB, "stdout of the service", []byte(m.stdout.String()))
	g.hunt.In(g.TB, "stderr of the service", []byte(m.stderr.String()))
	g.hunt.InFiles(g.TB, "the folder after a kill:", g.place.Dir, "admin-token", "workspace.key")
}

// live does a flow in a child that does not die, and returns the points that it passed.
func (g *grave) live(flow operation) []string {
	g.Helper()
	d, _ := g.prepared(flow)
	m := bear(g.TB, life{Place: g.place})
	err := d.do(toURL(g.Context(), m.url), g.client(m.url, patient))
	g.hunt.InProcess(g.TB, "the service", m.cmd.Process.Pid)
	killed, passed := m.leave()
	g.look(m)
	if err != nil || killed || len(passed) < 10 {
		g.Fatalf("%s: a child that lives: killed %v, passed %d points, %v\n%s", flow.name, killed, len(passed), err, m.stderr.String())
	}
	return passed
}

// die does a flow in a child that dies at a point, and judges what is left.
func (g *grave) die(flow operation, point string, seed int) {
	g.Helper()
	d, w := g.prepared(flow)
	l := life{Place: g.place, Death: point}
	if strings.HasPrefix(point, "in the commit") {
		l.Delay = time.Duration(1+g.dice.IntN(3000)) * time.Microsecond
	}
	m := bear(g.TB, l)
	said := d.do(toURL(g.Context(), m.url), g.client(m.url, patient))
	if !m.perish() {
		g.Errorf("%s, %s: the child was not killed", flow.name, point)
	}
	failed := g.Failed()
	know(g.hunt, w)
	g.look(m)
	g.rise()
	ctx := toURL(g.Context(), g.url)
	g.told.add(g.truthful(d, wire.Strike{}, said))
	told := d.again(ctx, g.admin)
	g.settled(d, told)
	g.holds(w, d.credential)
	var err error
	g.head, err = chained(ctx, g.admin, g.head)
	must(g, err)
	if g.Failed() && !failed {
		g.Errorf("that was %s, killed %s (%s), seed %d; the client was told: %v", flow.name, point, l.Delay, seed, said)
	}
	must(g, g.end())
}

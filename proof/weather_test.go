package proof_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/proof/wire"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/journal"
)

// weathersPerSeed is how many requests go through bad weather.
const weathersPerSeed = 24

// calm is how long a client waits in a storm.
const calm = 400 * time.Millisecond

// Block B, with the engine that consoles have: several faults after each other, each at any place. What is
// unknown in the end is in the journal, and a process that comes fresh settles it from there.
func TestNoWeatherRotatesTwice(t *testing.T) {
	t.Parallel()
	s := start(t, onSQLite)
	elsewhere, came := trap(t)
	engined := slices.DeleteFunc(slices.Clone(operations), func(o operation) bool { return o.prepare(s, o.name+" probe").through == nil })
	told, h := &tally{}, &hunt.Hunt{}
	t.Run("weather", func(t *testing.T) {
		for seed := range uint64(night.Seeds(t)) {
			for i := range uint64(weathersPerSeed) {
				op := engined[int(i)%len(engined)]
				t.Run(fmt.Sprintf("%d %d %s", seed, i, op.name), func(t *testing.T) {
					t.Parallel()
					own := *s
					own.TB = t
					told.add(own.weathers(op, fmt.Sprintf("weather %d %d", seed, i), elsewhere, rand.New(rand.NewPCG(seed, i)), h))
				})
			}
		}
	})
	if n := came.Load(); n != 0 {
		t.Errorf("the client came to another host %d times", n)
	}
	if _, err := chained(t.Context(), s.admin, models.EventHead{}); err != nil {
		t.Error(err)
	}
	t.Logf("block B, weather: %d requests of %d operations through 1 to 6 faults each; at first told: %s", told.total(), len(engined), told)
	t.Logf("block I in block B: %s", h)
}

// weathers sends one change through a storm, and has a second process ask for what stayed unknown.
func (s *stand) weathers(op operation, name, elsewhere string, dice *rand.Rand, h *hunt.Hunt) string {
	s.Helper()
	ctx := s.Context()
	d := op.prepare(s, name)
	w := newWitness()
	must(s, w.hold(ctx, s.admin, d.credential))
	proxy, err := wire.New(strings.TrimPrefix(s.url, "http://"), elsewhere)
	must(s, err)
	closing := sync.OnceValue(proxy.Close)
	defer func() { must(s, closing()) }()
	storm := make([]wire.Strike, 1+dice.IntN(6))
	for i := range storm {
		storm[i] = wire.Strike{Fault: wire.Faults[dice.IntN(len(wire.Faults))], Place: wire.Places[dice.IntN(len(wire.Places))]}
	}
	proxy.Strike(storm...)

	dir := filepath.Join(s.TempDir(), "intents")
	first := s.client(proxy.URL(), calm)
	said := d.through(ctx, rotation.Keeping(first, proxy.URL(), journal.Open(dir, durable.OS{})))
	word := s.truthful(d, wire.Strike{}, said)
	second := rotation.Keeping(s.client(proxy.URL(), calm), proxy.URL(), journal.Open(dir, durable.OS{}))
	unknown := models.FaultOf(said) == models.FaultUnknown
	for try := 0; ; try++ {
		open, err := second.Unfinished(ctx)
		must(s, err)
		if n := len(open.Mine); n+len(open.Others)+len(open.Unreadable) > 1 || try == 0 && unknown != (n == 1) {
			s.Errorf("I7: told %q, and the journal holds %+v", word, open)
		}
		if len(open.Mine) == 0 {
			break
		}
		must(s, w.hold(ctx, s.admin, d.credential))
		know(h, w)
		h.InFiles(s.TB, "the journal", dir)
		if try == 5 { // the storm had six
			s.Fatalf("I7: still unknown after %d processes", try)
		}
		if _, err := second.Resume(ctx, open.Mine[0].Key); err != nil {
			s.Errorf("I7: it cannot be asked for: %v", err)
		}
	}
	if unknown || said == nil {
		s.settled(d, nil)
	}
	must(s, closing())
	if unknown || said == nil {
		s.settledForGood(d, proxy)
	} else if done, err := d.done(ctx, s.admin); err != nil || done {
		s.Errorf("I7: told %v, and it was done later: %v", said, err)
	}
	s.holds(w, d.credential)
	if s.Failed() {
		s.Logf("that was the storm %+v", storm)
	}
	return word
}

package proof_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"example.com/keyturn/apiclient"
	"example.com/keyturn/models"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/rotation"
)

// The size of one history.
const (
	historiesPerSeed = 10 // on each database
	askedPerHistory  = 60 // at least

	behind = 7 * time.Second // the clock of the second service
)

// Block C: whatever several clients ask of one credential at the same time, there is an order of their
// requests, true to the time, in which one after the other would have got just these answers.
func TestHistoriesAreLinearizable(t *testing.T) {
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			s := start(t, database)
			urls := []string{s.url}
			if database == onPostgres {
				urls = append(urls, s.anotherAt(func() time.Time { return s.clock.Now().Add(-behind) }).url)
			}
			s.clock.stop(time.Now())
			answers, clients := &tally{}, 0
			for seed := range uint64(night.Seeds(t)) {
				for i := range uint64(historiesPerSeed) {
					n := 2 + int(i)%7
					h := newHistory(s, urls, fmt.Sprintf("c %d %d", seed, i))
					h.run(n, seed<<32|i)
					h.check(seed, answers)
					clients += n
				}
			}
			if _, err := chained(t.Context(), s.admin, models.EventHead{}); err != nil {
				t.Error(err)
			}
			t.Logf("block C on %s, %d services: %d histories of 2 to 8 clients (%d in all), %d operations: %s",
				database, len(urls), night.Seeds(t)*historiesPerSeed, clients, answers.total(), answers)
		})
	}
}

// history is what clients ask of one credential.
type history struct {
	*stand
	urls []string
	id   models.CredentialID
	w    *witness

	mu     sync.Mutex
	values map[int]models.Secret
	ops    []porcupine.Operation
	began  time.Time
}

func newHistory(s *stand, urls []string, name string) *history {
	c := s.token1(name)
	return &history{stand: s, urls: urls, id: c.ID, values: map[int]models.Secret{}, w: newWitness(), began: time.Now()}
}

func (h *history) run(clients int, seed uint64) {
	h.Helper()
	var wg sync.WaitGroup
	failed := make(chan error, clients)
	for n := range clients {
		url := h.urls[n%len(h.urls)]
		c := &player{history: h, n: n, url: url, client: h.client(url, time.Minute), dice: rand.New(rand.NewPCG(seed, uint64(n)))}
		wg.Go(func() { failed <- c.play(askedPerHistory/clients + 1) })
	}
	wg.Wait()
	for range clients {
		must(h, <-failed)
	}
}

func (h *history) check(seed uint64, answers *tally) {
	h.Helper()
	for _, op := range h.ops {
		how := op.Output.(told).how
		if how == accepted {
			how = "accepted"
		}
		answers.add(how)
	}
	result, info := porcupine.CheckOperationsVerbose(oneCredential, h.ops, time.Minute)
	if result != porcupine.Ok {
		h.Errorf("seed %d: the history of %d operations is not linearizable: %s", seed, len(h.ops), result)
		if dir := os.Getenv("KEYTURN_PROOF_PICTURES"); dir != "" {
			_ = porcupine.VisualizePath(oneCredential, info, dir+"/"+string(h.id)+".html")
		}
	}
	h.holds(h.w, h.id)
}

// player is one client. It looks, then asks for something, not always for what it saw last.
type player struct {
	*history
	n      int
	url    string
	client *apiclient.Client
	dice   *rand.Rand
	saw    one
	last   models.RotationID
}

// note records one operation from its beginning to its end.
func (p *player) note(a ask, do func() (told, error)) (told, error) {
	from := time.Since(p.began)
	t, err := do()
	to := time.Since(p.began)
	if err != nil {
		return t, fmt.Errorf("%s: %w", a.what, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ops = append(p.ops, porcupine.Operation{ClientId: p.n, Input: a, Output: t, Call: int64(from), Return: int64(to)})
	return t, nil
}

func (p *player) play(turns int) error {
	ctx := p.Context()
	for i := range turns {
		if i == 0 || p.dice.IntN(3) > 0 { // or else it acts on what it saw before
			if err := p.look(ctx); err != nil {
				return err
			}
		}
		if err := p.act(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p *player) look(ctx context.Context) error {
	_, err := p.note(ask{what: "look"}, func() (told, error) {
		c, err := p.find(ctx)
		if err != nil {
			return told{}, err
		}
		p.saw = seen(c)
		if c.Rotation != nil {
			p.last = c.Rotation.ID
		}
		return told{how: done, one: p.saw}, nil
	})
	if err != nil {
		return err
	}
	for _, version := range p.saw.versions() {
		p.mu.Lock()
		_, have := p.values[version]
		p.mu.Unlock()
		if have {
			continue
		}
		value, err := p.client.Secret(ctx, p.id, version)
		if fault := models.FaultOf(err); fault == models.FaultConflict || fault == models.FaultNotFound {
			continue // it has ended since, and perhaps others after it
		}
		if err != nil {
			return err
		}
		p.mu.Lock()
		p.values[version] = value
		p.mu.Unlock()
	}
	return nil
}

// find reads the credential by itself or from the list, whose pages are kept ready.
func (p *player) find(ctx context.Context) (models.Credential, error) {
	if p.dice.IntN(2) == 0 {
		return p.client.Credential(ctx, p.id)
	}
	filter := models.CredentialFilter{Kinds: []models.Kind{models.CIToken, models.LegacyCIKey, models.LegacyAPIKey}}
	for page := (models.Page{Limit: models.MaxPage}); ; {
		got, err := p.client.Credentials(ctx, filter, page)
		if err != nil {
			return models.Credential{}, err
		}
		for _, c := range got.Items {
			if c.ID == p.id {
				return c, nil
			}
		}
		if page.Cursor = got.Next; got.Next == "" {
			return models.Credential{}, fmt.Errorf("the list lacks %s", p.id)
		}
	}
}

// steps are drawn in this proportion.
var steps = []models.RotationStep{models.StepConfirm, models.StepCancel, models.StepRollback, models.StepEnd, models.StepEnd}

func (p *player) act(ctx context.Context) error {
	key := rotation.New(p.client).NewKey()
	switch roll := p.dice.IntN(10); {
	case roll < 3:
		return p.activate(ctx)
	case roll < 6:
		a := ask{what: "rotate", seen: p.saw.revision, leaked: p.dice.IntN(4) == 0}
		req := models.RotateRequest{Credential: p.id, Seen: a.seen, Overlap: models.DefaultOverlap, Key: key}
		if a.leaked {
			req.Overlap = leak
		}
		_, err := p.note(a, func() (told, error) { return replaced(rotation.New(p.client).Start(ctx, req)) })
		return err
	case roll < 7:
		a, do := ask{what: "pause", seen: p.saw.revision}, p.client.Pause
		if p.saw.paused {
			a.what, do = "resume", p.client.Resume
		}
		_, err := p.note(a, func() (told, error) {
			c, err := do(ctx, models.ChangeRequest{Credential: p.id, Seen: a.seen, Key: key})
			return answered(seen(c), err)
		})
		return err
	case p.last == "":
		return nil
	}
	step := steps[p.dice.IntN(len(steps))]
	a := ask{what: string(step), seen: p.saw.turn, version: p.saw.next, wasOpen: p.saw.open()}
	req := models.StepRequest{Rotation: p.last, Step: step, Seen: a.seen, Reason: "because", Key: key}
	_, err := p.note(a, func() (told, error) { return replaced(rotation.New(p.client).Step(ctx, req)) })
	return err
}

// activate shows any version that anybody ever had.
func (p *player) activate(ctx context.Context) error {
	p.mu.Lock()
	version := 1 + p.dice.IntN(p.saw.last)
	if p.dice.IntN(2) == 0 {
		version = p.saw.last
	}
	value, have := p.values[version]
	p.mu.Unlock()
	if !have {
		return nil
	}
	_, err := p.note(ask{what: "activate", version: version}, func() (told, error) {
		how, err := present(ctx, p.url, value, true)
		return told{how: how}, err
	})
	return err
}

func replaced(r models.Rotation, c models.Credential, err error) (told, error) {
	if err == nil && (c.Rotation == nil || *c.Rotation != r) {
		return told{}, fmt.Errorf("told of the rotation %+v, and that the credential has %+v", r, c.Rotation)
	}
	return answered(seen(c), err)
}

// answered turns a refusal into an answer. Other errors have no place here: nothing is harmed.
func answered(m one, err error) (told, error) {
	var e *models.Error
	switch {
	case err == nil:
		return told{how: done, one: m}, nil
	case errors.As(err, &e) && (e.Fault == models.FaultConflict || e.Fault == models.FaultStale):
		return told{how: e.Code}, nil
	}
	return told{}, err
}

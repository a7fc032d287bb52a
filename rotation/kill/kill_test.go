//go:build unix

package kill

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"example.com/keyturn/apiclient"
	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/server"
	"example.com/keyturn/server/api"
	"example.com/keyturn/server/store/storetest"
)

// flows are what is cut, with the least number of steps that each takes.
var flows = map[string]int{"rotate": 12, "migrate": 12, "leak": 12, "cancel": 12, "rollback": 12, "bulk": 24}

// leastPoints is how many different places there are at least, in all flows together.
const leastPoints = 84

// service is a workspace on a real socket with its admin.
type service struct {
	testing.TB
	hunt            *hunt.Hunt
	move            *atomic.Int64 // how far its clock is ahead
	endpoint, token string
	admin           *apiclient.Client
	names           int
}

// start serves a workspace from SQLite, or from that PostgreSQL database.
func start(t testing.TB, database models.Secret) *service {
	s := &service{TB: t, hunt: storetest.Hunt(t), move: &atomic.Int64{}}
	dir := filepath.Join(t.TempDir(), "data")
	srv, err := server.Open(t.Context(), server.Config{
		Dir: dir, Database: database, Now: s.now, Version: "test", TokenPrefix: "lsdemo", Log: s.hunt.Log("the log of the service"),
		Limits: &api.Limits{}, // proved elsewhere, and a night asks more often than a person may
	})
	s.must(err)
	l, err := server.Listen("127.0.0.1:0", "", "")
	s.must(err)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		s.hunt.KeepFiles(t, filepath.Join(dir, "workspace.db-wal"))
		if err := errors.Join(<-served, srv.Close()); err != nil {
			t.Error(err)
		}
	})
	text, err := os.ReadFile(filepath.Join(dir, "admin-token"))
	s.must(err)
	s.endpoint, s.token = "http://"+l.Addr().String(), strings.TrimSpace(string(text))
	s.admin, err = apiclient.New(apiclient.Config{Endpoint: s.endpoint, Token: models.NewSecret(s.token)})
	s.must(err)
	return s
}

func (s *service) now() time.Time { return time.Now().Add(time.Duration(s.move.Load())) }

func (s *service) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// victim is a credential as a flow finds it: with an open rotation where the flow takes a step of it.
type victim struct {
	id  models.CredentialID
	old string // the value before, or the new one's where a rotation is open
}

func (s *service) victim(flow string) victim {
	s.Helper()
	s.names++
	name := fmt.Sprintf("%s-%d", flow, s.names)
	if flow == "migrate" || flow == "bulk" {
		value := models.NewSecret(s.hunt.Learn("legacy" + strings.ReplaceAll(name, "-", "")))
		_, err := s.admin.Import(s.Context(), models.Inventory{
			LegacyKeys: []models.InventoryCredential{{Kind: models.LegacyCIKey, Name: name, Value: value}},
		}, false, "import-"+name)
		s.must(err)
		page, err := s.admin.Credentials(s.Context(), models.CredentialFilter{Kinds: []models.Kind{models.LegacyCIKey}}, models.Page{Limit: models.MaxPage})
		s.must(err)
		at := slices.IndexFunc(page.Items, func(c models.Credential) bool { return c.Name == name })
		return victim{id: page.Items[at].ID, old: "legacy" + strings.ReplaceAll(name, "-", "")}
	}
	c, err := s.admin.Create(s.Context(), name, "create-"+name)
	s.must(err)
	v := victim{id: c.ID, old: s.secret(c.ID)}
	if flow == "cancel" || flow == "rollback" {
		_, _, err := s.admin.Rotate(s.Context(), models.RotateRequest{Credential: c.ID, Seen: c.Revision, Overlap: models.DefaultOverlap, Key: "rotate-" + name})
		s.must(err)
		if flow == "rollback" {
			s.works(s.secret(c.ID), true, "the new secret")
		}
	}
	return v
}

func (s *service) secret(id models.CredentialID) string {
	s.Helper()
	value, err := s.admin.Secret(s.Context(), id, 0)
	s.must(err)
	return s.hunt.Learn(value.Reveal())
}

// works is a LocalStack client in CI that presents a value.
func (s *service) works(value string, want bool, what string) {
	s.Helper()
	body := fmt.Sprintf(`{"product":{"name":"localstack-pro","version":"4.1.0"},"credentials":{"token":%q},"machine":{"hostname":"runner-7","ci":true}}`, value)
	resp, err := http.Post(s.endpoint+"/v1/license/request", "application/json", strings.NewReader(body))
	s.must(err)
	s.must(resp.Body.Close())
	if got := resp.StatusCode == http.StatusOK; got != want {
		s.Errorf("%s: works is %v (%d)", what, got, resp.StatusCode)
	}
}

// child runs a process of its own, and reports whether it was killed.
func (s *service) child(o order) (told report, killed bool) {
	s.Helper()
	o.Endpoint, o.Token = s.endpoint, s.token
	in, err := json.Marshal(o)
	s.must(err)
	cmd := exec.CommandContext(s.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"=1", "GORACE=atexit_sleep_ms=0") // the race detector waits a second at every end
	cmd.Stdin = bytes.NewReader(in)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	s.hunt.Process(s, cmd)
	defer func() { s.hunt.Keep("what a process of its own says", slices.Concat(out.Bytes(), errs.Bytes())) }()
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		status, ok := exit.Sys().(syscall.WaitStatus)
		if ok && status.Signaled() && status.Signal() == syscall.SIGKILL {
			return told, true
		}
	}
	if err != nil {
		s.Fatalf("%v\n%s", err, &errs)
	}
	s.must(json.Unmarshal(out.Bytes(), &told))
	return told, false
}

// Whatever the console was doing when it was killed, a fresh process leaves exactly one rotation, a
// secret that works in reach, and nothing to guess.
func TestKillNineAtEveryStep(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		killAtEveryStep(t, models.Secret{})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		killAtEveryStep(t, storetest.Postgres(t))
	})
}

func killAtEveryStep(t *testing.T, database models.Secret) {
	s := start(t, database)
	var mu sync.Mutex
	points, kills := map[string]bool{}, 0
	t.Run("flows", func(t *testing.T) {
		for flow, least := range flows {
			t.Run(flow, func(t *testing.T) {
				t.Parallel()
				one := s.on(t)
				for seed := range night.Seeds(t) {
					one.everyStep(t, flow, least, uint64(seed), func(point string) {
						mu.Lock()
						defer mu.Unlock()
						kills++
						if seed == 0 { // the others die somewhere behind it
							points[point] = true
						}
					})
				}
			})
		}
	})
	t.Logf("%d kills with %d seeds at %d points in %d flows", kills, night.Seeds(t), len(points), len(flows))
	if len(points) < leastPoints && !t.Failed() {
		t.Errorf("only %d points: %v", len(points), points)
	}
}

// on is the service for one of several tests at a time.
func (s *service) on(t testing.TB) *service {
	h := hunt.For(t)
	return &service{TB: t, hunt: h, move: s.move, endpoint: s.endpoint, token: h.Learn(s.token), admin: s.admin}
}

// everyStep kills a flow at each of its steps: with the first seed right before it, with others some time after
// the process came to it, while it goes on, or has done with everything.
func (s *service) everyStep(t *testing.T, flow string, least int, seed uint64, killedAt func(string)) {
	dice := rand.New(rand.NewPCG(seed, uint64(len(flow))))
	steps := 0
	for n := 1; ; n++ {
		o := order{Flow: flow, KillAt: n}
		if seed > 0 {
			o.Delay = time.Duration(1+dice.IntN(3000)) * time.Microsecond
		}
		at, passed, killed := s.cut(t, o)
		if !killed && passed < n {
			break
		}
		steps++
		if killed {
			killedAt(fmt.Sprintf("%s %d: %s", flow, n, at))
		}
	}
	if steps < least {
		t.Errorf("only %d steps could be cut", steps)
	}
}

// cut kills a flow, and holds what a fresh process makes of it to the rules. It returns the last step that the
// flow came to, and how many these were.
func (s *service) cut(t *testing.T, o order) (at string, passed int, killed bool) {
	t.Helper()
	flow := o.Flow
	o.Dir = t.TempDir()
	var victims []victim
	items := 1
	if flow == "bulk" && night.Seeds(t) > 1 {
		items = 3 // by night: also before, between and after others of the plan
	}
	for range items {
		v := s.victim(flow)
		victims, o.Targets = append(victims, v), append(o.Targets, v.id)
	}
	told, killed := s.child(o)
	log, err := os.ReadFile(filepath.Join(o.Dir, "steps-of-"+flow))
	s.must(err)
	steps := strings.Split(strings.TrimSpace(string(log)), "\n")
	at = steps[len(steps)-1]
	where := fmt.Sprintf("%s, killed %s after it came to step %d: %s", flow, o.Delay, o.KillAt, at)
	if !killed && told.Failed != "" {
		t.Fatalf("%s: %s", flow, told.Failed)
	}
	before := map[models.CredentialID]bool{}
	for _, v := range victims {
		before[v.id] = s.done(t, flow, v.id)
	}
	began := time.Now()
	o.Flow, o.KillAt, o.Delay = "recover", 0, 0
	told, again := s.child(o)
	if again || told.Failed != "" || told.Left > 0 {
		t.Errorf("%s: the fresh process: %+v", where, told)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("%s: it took %s", where, took)
	}
	sentAny := false
	for _, v := range victims {
		done := s.done(t, flow, v.id)
		outcome, asked := told.Resumed[v.id]
		switch {
		case asked && done != (outcome == "done"):
			t.Errorf("%s: it says %q, and done is %v", where, outcome, done)
		case !asked && done != before[v.id]:
			t.Errorf("%s: something changed without a word", where)
		}
		sentAny = sentAny || asked
		if !done { // surely not sent: it is simply done again
			o.Flow, o.Targets = map[bool]string{true: "migrate", false: flow}[flow == "bulk"], []models.CredentialID{v.id}
			if told, _ := s.child(o); told.Failed != "" || !s.done(t, flow, v.id) {
				t.Errorf("%s: it cannot be done again: %s", where, told.Failed)
			}
		}
		s.inReach(flow, v, where)
	}
	if killed && (at == "send" || at == "hear the answer") && !sentAny {
		t.Errorf("%s: the fresh process knows nothing of it", where)
	}
	return at, len(steps), killed
}

// done reports whether the flow has happened to a credential, and that it has not happened twice.
func (s *service) done(t *testing.T, flow string, id models.CredentialID) bool {
	t.Helper()
	list, err := s.admin.Rotations(s.Context(), id)
	s.must(err)
	if len(list) > 1 {
		t.Errorf("%s: %d rotations", flow, len(list))
	}
	switch flow {
	case "cancel":
		return list[0].State == models.RotationCancelled
	case "rollback":
		return list[0].State == models.RotationRolledBack
	}
	return len(list) == 1
}

// inReach holds the secrets to what the flow promises, once it is done.
func (s *service) inReach(flow string, v victim, where string) {
	s.Helper()
	now := s.secret(v.id)
	s.works(now, true, where+": the secret that the admin reads")
	s.works(v.old, flow != "leak", where+": the old secret")
	if changed := now != v.old; changed != (flow != "cancel" && flow != "rollback") {
		s.Errorf("%s: a new secret in reach: %v", where, changed)
	}
}

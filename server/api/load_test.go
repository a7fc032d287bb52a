package api_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server"
	"example.com/keyturn/server/api"
	"example.com/keyturn/server/metrics"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/postgres"
	"example.com/keyturn/server/store/sqlite"
	"example.com/keyturn/server/store/storetest"
	"example.com/keyturn/server/vault"
)

// Load is measured over real connections, on each database beside a handler that answers a constant, in
// one run: what counts is how they compare. The clients share the machine's processors with the service.

const (
	clients  = 16
	ciTokens = 100
)

// served is a service as it runs, with the activations of a farm of build machines to send to it.
type served struct {
	*httptest.Server
	admin    string
	requests []string // the bodies of the activations

	store   policy.Store
	serves  *atomic.Pointer[api.API]
	restart func() // as if the service had just begun
}

func bare(b *testing.B) served {
	return on(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			b.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"license_status":"ACTIVE"}`)
	}), []string{"lstest-bare"})
}

// asItRuns is an API with everything that stands around an operation when it is served. Only one admin may do more
// than usual: rotate without a pause.
func asItRuns(service *policy.Service) api.Config {
	limits := api.DefaultLimits
	limits.Member = api.Bucket{}
	return api.Config{
		Service: service, Contract: server.Contract, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Limits: limits, Metrics: metrics.New("", time.Now()),
	}
}

// constant answers one too, behind everything that stands around an operation of the service.
func constant(b *testing.B) served { return on(b, api.NewConstant(asItRuns(nil)), someTokens(b)) }

func someTokens(b *testing.B) (tokens []string) {
	for range ciTokens {
		token, err := models.NewToken(rand.Reader, "lstest")
		if err != nil {
			b.Fatal(err)
		}
		tokens = append(tokens, token.Reveal())
	}
	return tokens
}

func on(b *testing.B, h http.Handler, tokens []string) served {
	s := served{Server: httptest.NewServer(h)}
	b.Cleanup(s.Close)
	s.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = 4 * clients
	for _, token := range tokens {
		s.requests = append(s.requests, strings.Replace(lstkBody, "TOKEN", token, 1))
	}
	return s
}

// members is how large a workspace is, where its size is not what is measured.
const members = 5000

func onSQLite(b *testing.B) served   { return inSQLite(b, members) }
func onPostgres(b *testing.B) served { return inPostgres(b, members) }

func inSQLite(b *testing.B, members int) served {
	store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "workspace.db"), time.Now)
	if err != nil {
		b.Fatal(err)
	}
	return companyOf(b, store, members)
}

func inPostgres(b *testing.B, members int) served {
	store, err := postgres.Open(b.Context(), storetest.Postgres(b), time.Now)
	if err != nil {
		b.Fatal(err)
	}
	return companyOf(b, store, members)
}

// companyOf serves a workspace of that many members, and whatever a service does beside answering.
func companyOf(b *testing.B, store policy.Store, members int) served {
	b.Helper()
	b.Cleanup(func() {
		if err := store.Close(); err != nil {
			b.Error(err)
		}
	})
	keys, err := vault.LoadOrCreate(filepath.Join(b.TempDir(), "key"))
	if err != nil {
		b.Fatal(err)
	}
	service, err := policy.New(policy.Config{Store: store, Keys: policy.OneKey(keys), Now: time.Now, TokenPrefix: "lstest"})
	if err != nil {
		b.Fatal(err)
	}
	var admin models.Secret
	err = service.Bootstrap(b.Context(), "Acme", "ada@example.com", func(s models.Secret) error {
		admin = models.NewSecret(s.Reveal())
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	inv := company(members)
	tokens := someTokens(b)
	for i, token := range tokens {
		inv.CITokens = append(inv.CITokens, models.InventoryCredential{Name: fmt.Sprintf("farm %d", i), Value: models.NewSecret(token), Use: []models.InventoryUse{used("b1", 9)}})
	}
	caller, err := service.Authenticate(b.Context(), admin)
	if err != nil {
		b.Fatal(err)
	}
	_, _, err = service.Change(b.Context(), caller, policy.Once{Key: rand.Text()}, func(tx *policy.Tx) (policy.Reply, error) {
		_, err := tx.Import(inv, false)
		return policy.Reply{Status: http.StatusOK}, err
	})
	if err != nil {
		b.Fatal(err)
	}
	aside, stop := context.WithCancel(b.Context())
	var chores sync.WaitGroup
	chores.Go(func() { service.WriteUses(aside, func(err error) { b.Error(err) }) })
	b.Cleanup(func() { stop(); chores.Wait() })
	serves := new(atomic.Pointer[api.API])
	restart := func() { serves.Store(api.New(asItRuns(service))) }
	restart()
	s := on(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serves.Load().ServeHTTP(w, r) }), tokens)
	s.admin, s.restart, s.store, s.serves = admin.Reveal(), restart, store, serves
	return s
}

// makeReady reads ahead, as a service does beside answering.
func (s served) makeReady(b *testing.B) {
	if err := s.serves.Load().MakeReady(b.Context()); err != nil {
		b.Fatal(err)
	}
}

// use has that many credentials used, all over the list.
func (s served) use(b *testing.B, n int) {
	b.Helper()
	var ids []models.CredentialID
	err := s.store.Read(b.Context(), func(q policy.Queries) error {
		for after := models.CredentialID(""); ; {
			some, err := q.Credentials(models.CredentialFilter{}, after, models.MaxPage)
			if err != nil || len(some) == 0 {
				return err
			}
			for _, c := range some {
				after = c.ID
				ids = append(ids, c.ID)
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	err = s.store.Write(b.Context(), func(w policy.Writes) error {
		for i := range n {
			once := policy.SingleUse{Credential: ids[i*len(ids)/n], Version: 1, Client: "localstack", Host: "b1", At: time.Now()}
			if err := w.AddUse(policy.Uses{SingleUse: once, First: once.At, Count: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// activate sends the n-th activation.
func (s served) activate(b *testing.B, n int) {
	answer, err := s.Client().Post(s.URL+"/v1/license/request", "application/json", strings.NewReader(s.requests[n%len(s.requests)]))
	if err != nil {
		b.Error(err)
		return
	}
	_, err = io.Copy(io.Discard, answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil || answer.StatusCode != http.StatusOK {
		b.Errorf("answered %d, %v", answer.StatusCode, err)
	}
}

// latencies reports the median and the worst hundredth.
func latencies(b *testing.B, all []time.Duration) {
	slices.Sort(all)
	at := func(percent int) float64 { return float64(all[(len(all)-1)*percent/100].Microseconds()) / 1000 }
	b.ReportMetric(at(50), "p50-ms")
	b.ReportMetric(at(99), "p99-ms")
}

func each(b *testing.B, measure func(*testing.B, served)) {
	for _, one := range []struct {
		name  string
		start func(*testing.B) served
	}{{"Bare", bare}, {"Middleware", constant}, {"SQLite", onSQLite}, {"PostgreSQL", onPostgres}} {
		b.Run(one.name, func(b *testing.B) { measure(b, one.start(b)) })
	}
}

// BenchmarkActivationsBeside asks each of them in turn, 2,000 activations at a time from 16 clients, so that
// whatever else the machine does slows down all of them. Each rate is the median of all turns, and each ratio that
// of the turns beside each other.
func BenchmarkActivationsBeside(b *testing.B) {
	names := []string{"bare", "middleware", "sqlite", "postgresql"}
	all := []served{bare(b), constant(b), onSQLite(b), onPostgres(b)}
	rates := make([][]float64, len(all))
	b.ResetTimer()
	for turn := 0; b.Loop(); turn++ {
		for i := range all {
			i = (i + turn) % len(all)
			rates[i] = append(rates[i], all[i].rate(b, 2000))
		}
	}
	for i := 2; i < len(all); i++ {
		ratios := make([]float64, len(rates[i]))
		for turn := range ratios {
			ratios[turn] = rates[i][turn] / rates[1][turn]
		}
		b.ReportMetric(median(ratios), names[i]+"/middleware")
	}
	for i, name := range names {
		b.ReportMetric(median(rates[i]), name+"-activations/s")
	}
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// rate sends n activations from all clients, as quickly as they are answered.
func (s served) rate(b *testing.B, n int64) float64 {
	var next atomic.Int64
	var wg sync.WaitGroup
	began := time.Now()
	for range clients {
		wg.Go(func() {
			for i := next.Add(1); i <= n; i = next.Add(1) {
				s.activate(b, int(i))
			}
		})
	}
	wg.Wait()
	return float64(n) / time.Since(began).Seconds()
}

// BenchmarkActivations is 16 clients that activate as quickly as they are answered.
func BenchmarkActivations(b *testing.B) {
	each(b, func(b *testing.B, s served) {
		all := make([]time.Duration, b.N)
		var next atomic.Int64
		var wg sync.WaitGroup
		b.ResetTimer()
		for range clients {
			wg.Go(func() {
				for {
					n := int(next.Add(1)) - 1
					if n >= b.N {
						return
					}
					began := time.Now()
					s.activate(b, n)
					all[n] = time.Since(began)
				}
			})
		}
		wg.Wait()
		b.StopTimer()
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "activations/s")
		latencies(b, all)
	})
}

// BenchmarkActivationsAt2000 is 2,000 activations a second, whether or not the ones before are answered: each
// is timed from when it was due.
func BenchmarkActivationsAt2000(b *testing.B) {
	each(b, func(b *testing.B, s served) {
		all := make([]time.Duration, b.N)
		due := make(chan int, b.N)
		var wg sync.WaitGroup
		b.ResetTimer()
		began := time.Now()
		at := func(n int) time.Time { return began.Add(time.Duration(n) * time.Second / 2000) }
		for range 4 * clients {
			wg.Go(func() {
				for n := range due {
					s.activate(b, n)
					all[n] = time.Since(at(n))
				}
			})
		}
		for n := range b.N {
			time.Sleep(time.Until(at(n)))
			due <- n
		}
		close(due)
		wg.Wait()
		b.StopTimer()
		latencies(b, all)
	})
}

// BenchmarkRotations is one admin who rotates leaked tokens one after the other.
func BenchmarkRotations(b *testing.B) {
	for name, start := range map[string]func(*testing.B) served{"SQLite": onSQLite, "PostgreSQL": onPostgres} {
		b.Run(name, func(b *testing.B) {
			s := start(b)
			ask := func(method, path, body, seen string) (answer struct {
				ID         string
				Revision   int64
				Credential struct{ Revision int64 }
			}) {
				r, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
				if err != nil {
					b.Fatal(err)
				}
				r.Header.Set("Authorization", "Bearer "+s.admin)
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Idempotency-Key", rand.Text())
				if seen != "" {
					r.Header.Set("If-Match", seen)
				}
				got, err := s.Client().Do(r)
				if err != nil {
					b.Fatal(err)
				}
				defer func() { _ = got.Body.Close() }()
				if err := json.NewDecoder(got.Body).Decode(&answer); err != nil || got.StatusCode != http.StatusCreated {
					b.Fatalf("answered %d, %v", got.StatusCode, err)
				}
				return answer
			}
			c := ask(http.MethodPost, "/v1/credentials", `{"name":"leaky"}`, "")
			revision := c.Revision
			var all []time.Duration
			b.ResetTimer()
			for b.Loop() {
				began := time.Now()
				revision = ask(http.MethodPost, "/v1/credentials/"+c.ID+"/rotations", noGrace, fmt.Sprintf(`"%d"`, revision)).Credential.Revision
				all = append(all, time.Since(began))
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rotations/s")
			latencies(b, all)
		})
	}
}

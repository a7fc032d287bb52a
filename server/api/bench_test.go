package api_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/keyturn/models"
)

// used is the history of somebody who has used LocalStack for a while, to be spread over recent days.
func used(host string, n int64) models.InventoryUse {
	return models.InventoryUse{Client: "localstack", Version: "4.0", Host: host, First: newYear.AddDate(0, 0, -20), Last: newYear.Add(-time.Hour), Count: n}
}

// company is a workspace file of that many members with some history. Every fifth has a legacy key, and
// for every tenth there is a CI token.
func company(members int) (inv models.Inventory) {
	for i := range members {
		email := fmt.Sprintf("member%06d@example.com", i)
		inv.Members = append(inv.Members, models.InventoryMember{
			Email: email, Name: fmt.Sprintf("Member %d", i), Role: models.RoleMember, Seat: i%7 != 0, Use: []models.InventoryUse{used("desk", 40)},
		})
		if i%5 == 0 {
			inv.LegacyKeys = append(inv.LegacyKeys, models.InventoryCredential{
				Kind: models.LegacyAPIKey, Owner: email, Value: models.NewSecret(fmt.Sprintf("key%07d", i)), Use: []models.InventoryUse{used("desk", 3)},
			})
		}
		if i%10 == 0 {
			inv.CITokens = append(inv.CITokens, models.InventoryCredential{
				Name: fmt.Sprintf("pipeline %06d", i), Use: []models.InventoryUse{used("b1", 9), used("b2", 90)},
			})
		}
	}
	return inv
}

// door is a real HTTP connection to the service.
type door struct {
	*httptest.Server
	token string
}

func (d door) get(b *testing.B, path string) []byte {
	b.Helper()
	r, err := http.NewRequest(http.MethodGet, d.URL+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+d.token)
	answer, err := d.Client().Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body := make([]byte, answer.ContentLength)
	if _, err := io.ReadFull(answer.Body, body); err != nil || answer.StatusCode != http.StatusOK {
		b.Fatalf("%s: %d, %v", path, answer.StatusCode, err)
	}
	return body
}

func opened(b *testing.B, inv models.Inventory) door {
	b.Helper()
	w, ada := newWorld(b)
	w.load(inv)
	d := door{Server: httptest.NewServer(w.srv.Handler()), token: ada.token}
	b.Cleanup(d.Close)
	return d
}

func BenchmarkListMembers1000(b *testing.B) {
	d := opened(b, company(5000))
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(int64(len(d.get(b, "/v1/members?limit=1000"))))
	}
}

// BenchmarkListCredentialsToTheEnd reads some 100,000 credentials, page by page, from each database and from a
// handler that has the same pages ready: at once when the service has begun; the first time after it has read ahead; again;
// and again when a thousand of them have been used in between.
func BenchmarkListCredentialsToTheEnd(b *testing.B) {
	var pages [][]byte
	for _, one := range []struct {
		name  string
		start func(b *testing.B, members int) served
	}{{"SQLite", inSQLite}, {"PostgreSQL", inPostgres}} {
		s := one.start(b, 77_000)
		d := door{Server: s.Server, token: s.admin}
		for _, turn := range []struct {
			name   string
			before func()
		}{{"AtOnce", s.restart}, {"First", func() { s.restart(); s.makeReady(b) }}, {"Again", func() {}}, {"AgainAfter1000Uses", func() { s.use(b, 1000) }}} {
			b.Run(one.name+turn.name, func(b *testing.B) {
				d.toTheEnd(b)
				for b.Loop() {
					b.StopTimer()
					turn.before()
					b.StartTimer()
					pages = d.toTheEnd(b)
				}
			})
		}
	}
	d := door{Server: on(b, ready(pages), nil).Server}
	b.Run("Ready", func(b *testing.B) {
		for b.Loop() {
			d.toTheEnd(b)
		}
	})
}

// BenchmarkListCredentialsBeside is the second of those in turns with the handler that has the pages ready, so that whatever
// else the machine does slows down all of them. Each ratio is the median of the turns.
func BenchmarkListCredentialsBeside(b *testing.B) {
	names := []string{"sqlite", "postgresql", "ready"}
	var doors []door
	var pages [][]byte
	for _, start := range []func(*testing.B, int) served{inSQLite, inPostgres} {
		s := start(b, 77_000)
		d := door{Server: s.Server, token: s.admin}
		pages = d.toTheEnd(b)
		doors = append(doors, d)
	}
	doors = append(doors, door{Server: on(b, ready(pages), nil).Server})
	took := make([][]float64, len(doors))
	for turn := 0; b.Loop(); turn++ {
		for i := range doors {
			i = (i + turn) % len(doors)
			began := time.Now()
			doors[i].toTheEnd(b)
			took[i] = append(took[i], time.Since(began).Seconds()*1000)
		}
	}
	for i, name := range names {
		if name != "ready" {
			ratios := make([]float64, len(took[i]))
			for turn := range ratios {
				ratios[turn] = took[len(doors)-1][turn] / took[i][turn]
			}
			b.ReportMetric(median(ratios), "ready/"+name)
		}
		b.ReportMetric(median(took[i]), name+"-ms")
	}
}

// ready answers with those pages in turn.
func ready(pages [][]byte) http.Handler {
	var next atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		page := pages[int(next.Add(1)-1)%len(pages)]
		w.Header().Set("Content-Length", strconv.Itoa(len(page)))
		_, _ = w.Write(page)
	})
}

// toTheEnd reads every credential.
func (d door) toTheEnd(b *testing.B) (pages [][]byte) {
	b.Helper()
	size := 0
	for cursor, more := "", true; more; more = cursor != "" {
		page := d.get(b, "/v1/credentials?limit=1000&cursor="+cursor)
		size += len(page)
		pages = append(pages, page)
		cursor = nextOf(page)
	}
	b.SetBytes(int64(size))
	return pages
}

// nextOf finds the cursor at the end of a page without reading the page, which would take longer than
// making it.
func nextOf(body []byte) string {
	const field = `"next":"`
	tail := string(body[bytes.LastIndex(body, []byte(field))+len(field):])
	cursor, _, _ := strings.Cut(tail, `"`)
	return cursor
}

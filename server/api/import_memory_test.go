package api_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/models"
)

// arriving is a body that is made while it is read, so that nobody but the service holds it: its beginning, entries
// until there are enough bytes of them, and its end.
type arriving struct {
	begin string
	entry func(n int) string
	left  int
	end   string
	n     int
	rest  []byte
}

func (a *arriving) Read(p []byte) (int, error) {
	if len(a.rest) == 0 {
		a.rest = append(a.rest[:0], a.begin...)
		for a.begin = ""; a.left > 0 && len(a.rest) < 64<<10; a.n++ {
			entry := a.entry(a.n)
			a.left -= len(entry)
			a.rest = append(a.rest, entry...)
		}
		if a.left <= 0 {
			a.rest = append(a.rest, a.end...)
			a.end = ""
		}
	}
	if len(a.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

// highest is the most that the heap held while do ran, beyond what it held before.
func highest(do func()) uint64 {
	held := func() uint64 {
		s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	runtime.GC()
	before, most := held(), uint64(0)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				most = max(most, held())
			}
		}
	}()
	do()
	close(stop)
	<-stopped
	return most - min(before, most)
}

func always(s string) func(int) string { return func(int) string { return s } }

// person is a member with some history, as a workspace file has them.
func person(n int) string {
	return fmt.Sprintf(`{"email":"member%07d@example.com","name":"Member %d","role":"member","seat":true,"created_at":"2026-03-01T09:00:00Z",`+
		`"use":[{"client":"localstack","version":"4.0","host":"desk-%d","first":"2026-12-12T00:00:00Z","last":"2026-12-31T23:00:00Z","count":40}]},`, n, n, n)
}

// pipeline is a CI token with some history.
func pipeline(n int) string {
	return fmt.Sprintf(`{"name":"pipeline %07d","state":"active","created_at":"2026-03-01T09:00:00Z",`+
		`"use":[{"client":"localstack","version":"4.0","host":"runner-%d","ci":true,"first":"2026-12-12T00:00:00Z","last":"2026-12-31T23:00:00Z","count":40}]},`, n, n)
}

// asManyAsMayBe are small members, then CI tokens, then legacy keys, nearly as many as a file may hold, and then blanks.
func asManyAsMayBe(n int) string {
	const third = models.MaxInventoryEntries/3 - 10
	switch {
	case n == third:
		return `{"email":"last@b"}],"ci_tokens":[`
	case n == 2*third:
		return `{"name":"last"}],"legacy_keys":[`
	case n < third:
		return fmt.Sprintf(`{"email":"%06x@b"},`, n)
	case n < 2*third:
		return fmt.Sprintf(`{"name":"%06x"},`, n)
	case n < 3*third:
		return fmt.Sprintf(`{"kind":"legacy_ci_key","name":"%06x"},`, n)
	}
	return "                                                                "
}

// BenchmarkImportMemory imports bodies of 60 MiB, ordinary ones and ones that try to cost the service as much as they
// can, and says how much of the heap each takes at most.
func BenchmarkImportMemory(b *testing.B) {
	const size = 60 << 20
	for _, tt := range []struct {
		name, begin string
		entry       func(int) string
		end         string
	}{
		{"Members", `{"dry_run":true,"inventory":{"members":[`, person, `{"email":"zoe@example.com"}]}}`},
		{"MembersWritten", `{"inventory":{"members":[`, person, `{"email":"zoe@example.com"}]}}`},
		{"CITokens", `{"dry_run":true,"inventory":{"ci_tokens":[`, pipeline, `{"name":"last"}]}}`},
		{"SmallMembers", `{"dry_run":true,"inventory":{"members":[`, func(n int) string { return fmt.Sprintf(`{"email":"%07x@b"},`, n) }, `{"email":"zoe@example.com"}]}}`},
		{"SmallCITokens", `{"dry_run":true,"inventory":{"ci_tokens":[`, func(n int) string { return fmt.Sprintf(`{"name":"%07x"},`, n) }, `{"name":"last"}]}}`},
		{"AsManyAsMayBe", `{"dry_run":true,"inventory":{"members":[`, asManyAsMayBe, `{"kind":"legacy_ci_key","name":"at the end"}]}}`},
		{"BrokenMembers", `{"dry_run":true,"inventory":{"members":[`, func(n int) string {
			return fmt.Sprintf("{\"email\":\"A%s@%07x\",\"name\":\"%s\"},", strings.Repeat("\xff", 311), n, strings.Repeat("\xff", 200))
		}, `{"email":"zoe@example.com"}]}}`},
		{"ManyUses", `{"dry_run":true,"inventory":{"members":[`, func(n int) string {
			uses := make([]byte, 0, 100_000*65)
			for i := range 100_000 {
				uses = fmt.Appendf(uses, `{"host":"%x","last":"2026-12-01T00:00:00Z","count":1},`, i)
			}
			return fmt.Sprintf(`{"email":"%07x@b","use":[%s]},`, n, uses[:len(uses)-1])
		}, `{"email":"zoe@example.com"}]}}`},
		{"EmptyMembers", `{"inventory":{"members":[`, always(`{},`), `{}]}}`},
		{"EmptyUses", `{"inventory":{"members":[{"email":"zoe@example.com","use":[`, always(`{},`), `{}]}]}}`},
		{"EmptyDowntimes", `{"inventory":{"sunset":{"downtimes":[`, always(`{},`), `{}]}}}`},
		{"OneText", `{"inventory":{"workspace":{"name":"`, always(`aaaaaaaa`), `"}}}`},
		{"OneBrokenText", `{"inventory":{"members":[{"email":"`, always("\xff\xff\xff\xff"), `"}]}}`},
		{"OneFieldName", `{"inventory":{"`, always("\xff\xff\xff\xff"), `":1}}`},
		{"OneNumber", `{"inventory":{"members":[{"email":"zoe@example.com","refused_ci":`, always("9999"), `}]}}`},
		{"Unended", `{"inventory":{"members":[`, always(`{"email":"zoe@example.com"},`), ``},
		{"TwoValues", `{"inventory":{"members":[`, always(`{"email":"zoe@example.com"},`), `{}]}} {}`},
		{"Nested", `{"inventory":{"members":[{"email":`, always(`[],`), ``},
	} {
		b.Run(tt.name, func(b *testing.B) {
			w, ada := newWorld(b)
			var most uint64
			var said string
			for b.Loop() {
				r := httptest.NewRequest(http.MethodPost, "/v1/imports", &arriving{begin: tt.begin, entry: tt.entry, left: size, end: tt.end})
				r.ContentLength, _ = io.Copy(io.Discard, &arriving{begin: tt.begin, entry: tt.entry, left: size, end: tt.end})
				r.Header.Set("Authorization", "Bearer "+ada.token)
				r.Header.Set("Idempotency-Key", w.newKey())
				answer := httptest.NewRecorder()
				most = max(most, highest(func() { w.srv.Handler().ServeHTTP(answer, r) }))
				said = fmt.Sprintf("%d %.150s", answer.Code, answer.Body.String())
			}
			b.ReportMetric(float64(most)/size, "MiB/MiB-of-body")
			b.Log(said)
		})
	}
}

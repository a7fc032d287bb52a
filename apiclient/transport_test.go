package apiclient

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/keyturn/models"
)

// zipped answers with a body that is compressed on the way.
func zipped(t *testing.T, body io.Reader) *httptest.Server {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.Error("the client takes no gzip")
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.Copy(z, body)
		_ = z.Close()
	}))
	t.Cleanup(srv.Close)
	return srv
}

func TestACompressedAnswerIsRead(t *testing.T) {
	c := realClient(t, zipped(t, strings.NewReader(string(sample(t, "workspace")))).URL, 10*time.Second)
	if w, err := c.Workspace(t.Context()); err != nil || w.ID != "01JD3T0A5XWS" {
		t.Errorf("got %v, %v", w, err)
	}
}

// blanks never end.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestASmallAnswerThatUnfoldsWithoutEndIsRefused(t *testing.T) {
	c := realClient(t, zipped(t, io.LimitReader(blanks{}, bodyLimit+1)).URL, 10*time.Second)
	_, err := c.Workspace(t.Context())
	if e := asError(t, err); e.Fault != models.FaultInternal || !strings.Contains(e.Detail, "too large") {
		t.Errorf("got %v", e)
	}
}

func TestAnExportMayBeLargerThanOtherAnswers(t *testing.T) {
	export := `{"workspace":` + strings.Repeat(" ", bodyLimit) + `{"name":"big"}}`
	c, _ := scripted(t, exchange{want: "GET /v1/export", answer: []byte(export)})
	if inv, err := c.Export(t.Context()); err != nil || inv.Workspace.Name != "big" {
		t.Errorf("got %v, %v", inv.Workspace, err)
	}
}

func TestPagesComeOverOneConnection(t *testing.T) {
	var opened atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(sample(t, "members"))
	}))
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	c := realClient(t, srv.URL, 10*time.Second)
	for range 20 {
		if _, err := c.Members(t.Context(), models.Page{}); err != nil {
			t.Fatal(err)
		}
	}
	if opened.Load() != 1 {
		t.Errorf("%d connections for 20 pages", opened.Load())
	}
}

func TestAReadingThatIsGivenUpSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := listen(t, true, func(conn net.Conn) {
		cancel()
		_, _ = conn.Read(make([]byte, 1))
	})
	_, err := realClient(t, w.address, time.Minute).Workspace(ctx)
	if e := asError(t, err); e.Code != "cancelled" || !errors.Is(e, context.Canceled) || w.asked.Load() != 1 {
		t.Errorf("got %v", e)
	}
}

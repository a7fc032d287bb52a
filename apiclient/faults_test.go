package apiclient

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/keyturn/models"
)

// wire is a service made of one function over raw connections. It counts the requests it has read.
type wire struct {
	address string
	asked   atomic.Int32
}

// listen serves each connection with the function, after reading a request if it should.
func listen(t *testing.T, read bool, answer func(net.Conn)) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	w := &wire{address: "http://" + l.Addr().String()}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go w.serve(conn, read, answer)
		}
	}()
	return w
}

func (w *wire) serve(conn net.Conn, read bool, answer func(net.Conn)) {
	defer func() { _ = conn.Close() }()
	if read {
		req, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, req.Body)
		w.asked.Add(1)
	}
	answer(conn)
}

func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}

func say(text string) func(net.Conn) {
	return func(conn net.Conn) { _, _ = io.WriteString(conn, text) }
}

const jsonHead = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n"

func realClient(t *testing.T, endpoint string, timeout time.Duration) *Client {
	t.Helper()
	canaries(t)
	c, err := New(Config{Endpoint: endpoint, Token: models.NewSecret(testToken), Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func rotate(ctx context.Context, c *Client) error {
	_, _, err := c.Rotate(ctx, models.RotateRequest{Credential: "c", Seen: 1, Overlap: models.DefaultOverlap, Key: testKey})
	return err
}

func TestWhatGoesWrongOnTheWayIsToldApart(t *testing.T) {
	hold := make(chan struct{})
	t.Cleanup(func() { close(hold) })
	for name, tc := range map[string]struct {
		read    bool
		answer  func(net.Conn)
		reading models.Fault
		detail  string
		timeout time.Duration
		early   bool // it may happen while connecting, when surely nothing was sent
	}{
		"reset before reading":   {answer: reset, reading: models.FaultUnreachable, early: true},
		"reset after reading":    {read: true, answer: reset, reading: models.FaultUnreachable, detail: "reset"},
		"closed after reading":   {read: true, answer: func(net.Conn) {}, reading: models.FaultUnreachable, detail: "closed without an answer"},
		"body cut short":         {read: true, answer: say(jsonHead + "Content-Length: 500\r\n\r\n{\"id\":"), reading: models.FaultUnreachable, detail: "broke off"},
		"chunk cut short":        {read: true, answer: say(jsonHead + "Transfer-Encoding: chunked\r\n\r\nff\r\n{"), reading: models.FaultUnreachable, detail: "broke off"},
		"length too small":       {read: true, answer: say(jsonHead + "Content-Length: 3\r\n\r\n{\"id\":\"x\"}"), reading: models.FaultInternal},
		"HTML with a good word":  {read: true, answer: say("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"), reading: models.FaultInternal, detail: "text/html"},
		"JSON of something else": {read: true, answer: say(jsonHead + "Content-Length: 12\r\n\r\n{\"pods\": []}"), reading: models.FaultInternal, detail: "has no id"},
		"a body too large":       {read: true, answer: say(jsonHead + "\r\n" + strings.Repeat(" ", bodyLimit+1)), reading: models.FaultInternal, detail: "too large"},
		"no HTTP at all":         {read: true, answer: say("220 smtp " + testToken + " ready\r\n"), reading: models.FaultUnreachable},
		"a black hole":           {read: true, answer: func(net.Conn) { <-hold }, reading: models.FaultUnreachable, detail: "nothing in time", timeout: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := listen(t, tc.read, tc.answer)
			c := realClient(t, w.address, tc.timeout)
			_, err := c.Credential(t.Context(), "c")
			if e := asError(t, err); e.Fault != tc.reading || !strings.Contains(e.Detail, tc.detail) {
				t.Errorf("a read: fault %s, %v", e.Fault, e)
			}
			before := w.asked.Load()
			e := asError(t, rotate(t.Context(), c))
			if e.Fault != models.FaultUnknown && (!tc.early || e.Fault != models.FaultUnreachable) {
				t.Errorf("a change: fault %s, %v", e.Fault, e)
			}
			if sent := w.asked.Load() - before; tc.read && sent != 1 {
				t.Errorf("the change was sent %d times", sent)
			}
		})
	}
}

func TestWhatWasSurelyNotSentIsNotUnknown(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String()
	_ = l.Close()
	plain := listen(t, false, say("HTTP/1.1 400 Bad Request\r\n\r\n"))
	stranger := httptest.NewUnstartedServer(http.NotFoundHandler())
	stranger.Config.ErrorLog = log.New(io.Discard, "", 0)
	stranger.StartTLS()
	defer stranger.Close()
	for name, tc := range map[string]struct{ endpoint, code string }{
		"nobody listens":          {closed, "unreachable"},
		"the name is not known":   {"https://no-such-host.invalid", "unreachable"},
		"it does not speak TLS":   {"https://" + strings.TrimPrefix(plain.address, "http://"), "unreachable"},
		"its certificate is new":  {stranger.URL, "certificate-not-trusted"},
		"nobody listens over TLS": {"https://" + strings.TrimPrefix(closed, "http://"), "unreachable"},
	} {
		t.Run(name, func(t *testing.T) {
			e := asError(t, rotate(t.Context(), realClient(t, tc.endpoint, 10*time.Second)))
			if e.Fault != models.FaultUnreachable || e.Code != tc.code {
				t.Errorf("fault %s, code %s: %v", e.Fault, e.Code, e)
			}
		})
	}
}

func TestGivingUpBeforeAndAfterSending(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := listen(t, true, func(conn net.Conn) {
		cancel()
		_, _ = conn.Read(make([]byte, 1)) // until the client hangs up
	})
	c := realClient(t, w.address, time.Minute)
	e := asError(t, rotate(ctx, c))
	if e.Fault != models.FaultUnknown || !errors.Is(e, context.Canceled) {
		t.Errorf("after sending: %v", e)
	}
	e = asError(t, rotate(ctx, c))
	if e.Fault != models.FaultUnreachable || !errors.Is(e, context.Canceled) || w.asked.Load() != 1 {
		t.Errorf("before sending: %v", e)
	}
}

func TestALostConnectionIsNotReasonToSendAChangeAgain(t *testing.T) {
	// net/http by itself repeats a request on a kept connection that turns out to be closed.
	var asked atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(sample(t, "credential"))
			return
		}
		asked.Add(1)
		if r.Header.Get("Idempotency-Key") != testKey {
			t.Errorf("key %q", r.Header.Get("Idempotency-Key"))
		}
		panic(http.ErrAbortHandler)
	}))
	defer srv.Close()
	c := realClient(t, srv.URL, 10*time.Second)
	if _, err := c.Credential(t.Context(), "c"); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func() error{
		"with a body":  func() error { return rotate(t.Context(), c) },
		"without body": func() error { _, err := c.Pause(t.Context(), changeRequest()); return err },
	} {
		asked.Store(0)
		if e := asError(t, change()); e.Fault != models.FaultUnknown || asked.Load() != 1 {
			t.Errorf("%s: fault %s, sent %d times", name, e.Fault, asked.Load())
		}
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	var there atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		there.Add(1)
		if r.Header.Get("Authorization") != "" {
			t.Error("the token came to another host")
		}
	}))
	defer other.Close()
	for _, to := range []string{other.URL, ""} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/elsewhere") {
					there.Add(1)
				}
				http.Redirect(w, r, to+"/elsewhere", status)
			}))
			c := realClient(t, srv.URL, 10*time.Second)
			_, err := c.Workspace(t.Context())
			if e := asError(t, err); e.Fault != models.FaultInternal || e.Code != "redirect" {
				t.Errorf("a read, %d: %v", status, e)
			}
			if e := asError(t, rotate(t.Context(), c)); e.Fault != models.FaultUnknown {
				t.Errorf("a change, %d: %s", status, e.Fault)
			}
			srv.Close()
		}
	}
	if there.Load() != 0 {
		t.Errorf("followed %d times", there.Load())
	}
}

func TestAnswersOfOtherServers(t *testing.T) {
	for name, tc := range map[string]struct {
		status            int
		media, body       string
		reading, changing models.Fault
	}{
		"a proxy's page":       {403, "text/html", "<html>", models.FaultInternal, models.FaultUnknown},
		"another service":      {404, "application/json", `{"error":true}`, models.FaultInternal, models.FaultUnknown},
		"nothing":              {204, "", "", models.FaultInternal, models.FaultUnknown},
		"a gateway":            {502, "text/html", "<html>", models.FaultUnreachable, models.FaultUnknown},
		"a crash":              {500, "text/plain", "oops", models.FaultUnreachable, models.FaultUnknown},
		"a foreign problem":    {409, "application/problem+json", `{"type":"about:blank","title":"no","status":409}`, models.FaultInternal, models.FaultUnknown},
		"a problem that lies":  {503, "application/problem+json", `{"type":"urn:keyturn:problem:x","title":"no","status":409}`, models.FaultUnreachable, models.FaultUnknown},
		"created by a reading": {201, "application/json", string(sample(t, "credential")), models.FaultInternal, models.FaultUnknown},
		"an odd medium":        {200, "text/\x1b[2J", "x", models.FaultInternal, models.FaultUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			transport := roundTrip(func(req *http.Request) (*http.Response, error) {
				x := exchange{status: tc.status, answer: []byte(tc.body), reply: http.Header{"Content-Type": {tc.media}, "Retry-After": {"60"}}}
				return x.response(req), nil
			})
			_, err := clientOn(t, transport).Credential(t.Context(), "c")
			if e := asError(t, err); e.Fault != tc.reading || Clean(e.Detail) != e.Detail {
				t.Errorf("a read: fault %s, want %s: %v", e.Fault, tc.reading, e)
			}
			if e := asError(t, rotate(t.Context(), clientOn(t, transport))); e.Fault != tc.changing {
				t.Errorf("a change: fault %s, want %s: %v", e.Fault, tc.changing, e)
			}
		})
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// A duplicated reply on a kept connection looks like the answer to the next call.
func TestTheAnswerToAnotherCallIsNone(t *testing.T) {
	name := ""
	transport := roundTrip(func(req *http.Request) (*http.Response, error) {
		if name == "" {
			name = req.Header.Get("Keyturn-Call")
		}
		x := exchange{answer: sample(t, "credential"), reply: http.Header{"Content-Type": {"application/json"}, "Keyturn-Call": {name}}}
		return x.response(req), nil
	})
	c := clientOn(t, transport)
	if _, err := c.Pause(t.Context(), changeRequest()); err != nil {
		t.Fatal(err)
	}
	_, err := c.Pause(t.Context(), changeRequest())
	if e := asError(t, err); e.Fault != models.FaultUnknown || !strings.Contains(e.Detail, "another call") {
		t.Errorf("the reply to the call before: %v", e)
	}
}

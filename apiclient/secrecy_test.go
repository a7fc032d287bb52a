package apiclient

import (
	"bytes"
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

func TestTheTokenGoesToTheServiceOnly(t *testing.T) {
	c, _ := scripted(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:9999/v1/workspace", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.http.GetClient().Transport.RoundTrip(req); !errors.Is(err, errForeignHost) {
		t.Errorf("got %v", err)
	}
}

func TestTheTokenIsNotKeptWithTheAnswer(t *testing.T) {
	c, _ := scripted(t, exchange{want: "GET /v1/workspace", answer: sample(t, "workspace")})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, testEndpoint+"/v1/workspace", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.http.GetClient().Transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if req.Header.Get("Authorization") != "" || resp.Request.Header.Get("Authorization") != "" {
		t.Error("whoever holds the request or the answer can read the token")
	}
}

func TestTheBytesOfASecretAreWiped(t *testing.T) {
	c, _ := scripted(t, exchange{want: "GET /v1/credentials/c/secret", answer: bytes.Clone(sample(t, "secret"))})
	var came []byte
	got, err := ask(t.Context(), c, get("test", "/v1/credentials/c/secret", nil), func(r *reader) secretAnswer {
		came = r.data
		return secretValue(r)
	})
	if err != nil || got.value.Empty() {
		t.Fatal(err)
	}
	if len(came) == 0 || len(bytes.Trim(came, "\x00")) != 0 {
		t.Error("the answer stays in memory")
	}
}

func TestANameThatLeadsToAnotherMachineIsNotFollowed(t *testing.T) {
	for address, want := range map[string]error{
		"127.0.0.1:80": nil, "[::1]:80": nil, "192.0.2.1:80": errNotLoopback, "[2001:db8::1]:80": errNotLoopback, "odd": errNotLoopback,
	} {
		if err := loopbackOnly(t.Context(), "tcp", address, nil); !errors.Is(err, want) {
			t.Errorf("%s: %v", address, err)
		}
	}
	// As if localhost led there: the transport of a plain endpoint opens no such connection.
	transport, ok := newTransport("http").(*http.Transport)
	if !ok {
		t.Fatal("another kind of transport")
	}
	if conn, err := transport.DialContext(t.Context(), "tcp", "192.0.2.1:80"); !errors.Is(err, errNotLoopback) {
		t.Errorf("got %v, %v", conn, err)
	}
}

func TestACertificateThatIsNotTrustedIsNotTriedAgain(t *testing.T) {
	var opened atomic.Int32
	stranger := httptest.NewUnstartedServer(http.NotFoundHandler())
	stranger.Config.ErrorLog = log.New(io.Discard, "", 0)
	stranger.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	stranger.StartTLS()
	defer stranger.Close()
	_, err := realClient(t, stranger.URL, 10*time.Second).Workspace(t.Context())
	if e := asError(t, err); e.Code != "certificate-not-trusted" || opened.Load() != 1 {
		t.Errorf("%d connections: %v", opened.Load(), e)
	}
}

func TestARotationOfAnotherCredentialIsNoAnswer(t *testing.T) {
	answer := bytes.Replace(sample(t, "rotation"), []byte(`"credential_id": "01JD3T0A5XCI"`), []byte(`"credential_id": "OTHER"`), 1)
	c, _ := scripted(t, exchange{want: "GET /v1/rotations/01JD3T0A5XRO", answer: answer})
	_, _, err := c.Rotation(t.Context(), "01JD3T0A5XRO")
	if e := asError(t, err); e.Fault != models.FaultInternal {
		t.Errorf("got %v", e)
	}
}

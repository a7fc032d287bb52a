// Package failpoint has a console die, or panic, at a point that has a name: before a step on its disk,
// before a request goes out, before or in the middle of an answer. Only builds for tests hold it.
package failpoint

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"

	"example.com/keyturn/durable"
	"example.com/keyturn/durable/durabletest"
)

// The environment says what becomes of a process.
const (
	At    = "KEYTURN_FAILPOINT"       // "plans: sync #2": dies there, the second time that it comes there
	Panic = "KEYTURN_FAILPOINT_PANIC" // the same, but panics with what was answered
	Log   = "KEYTURN_FAILPOINT_LOG"   // a file that gets a line for each point that was passed
)

var (
	mu    sync.Mutex
	times = map[string]int{}
)

// pass is one point: nothing, or the end of the process without a last word.
func pass(name string, answer func() []byte) {
	mu.Lock()
	times[name]++
	at := fmt.Sprintf("%s #%d", name, times[name])
	note(at)
	mu.Unlock()
	switch at {
	case os.Getenv(At):
		if self, err := os.FindProcess(os.Getpid()); err == nil {
			_ = self.Kill()
		}
		select {} // it comes
	case os.Getenv(Panic):
		panic("in the middle of: " + string(answer()))
	}
}

func nothing() []byte { return nil }

// note is on the disk before the process can die: another one reads it then.
func note(at string) {
	name := os.Getenv(Log)
	if name == "" {
		return
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintln(f, at)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		panic(err)
	}
}

// Disk is the disk of this machine, with a point before every step.
func Disk(what string) durable.Disk {
	return &durabletest.Disk{Before: func(step string) error {
		pass(what+": "+step, nothing)
		return nil
	}}
}

// Line is the way to the service, with points around every request.
type Line struct{ Next http.RoundTripper }

// RoundTrip sends a request. Of requests that only read, the points tell nothing more than that.
func (l Line) RoundTrip(req *http.Request) (*http.Response, error) {
	name := nameOf(req)
	pass("send "+name, nothing)
	resp, err := l.Next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	pass("hear the answer to "+name, func() []byte { return text })
	resp.Body = &body{Reader: bytes.NewReader(text), half: len(text) / 2, name: name}
	return resp, nil
}

// nameOf is what a request does, without what it is about.
func nameOf(req *http.Request) string {
	last := req.URL.Path[strings.LastIndexByte(req.URL.Path, '/')+1:]
	if req.Method != http.MethodGet || last == "secret" {
		return last
	}
	return "a question"
}

// body is an answer that may be heard by half.
type body struct {
	*bytes.Reader
	half int
	name string
}

// Read hands out one half, and then the other.
func (b *body) Read(p []byte) (int, error) {
	if read := int(b.Size()) - b.Len(); read < b.half {
		return b.Reader.Read(p[:min(len(p), b.half-read)])
	}
	if b.half > 0 {
		b.half = 0
		pass("hear the rest of the answer to "+b.name, nothing)
	}
	return b.Reader.Read(p)
}

// Close has nothing to give back.
func (b *body) Close() error { return nil }

// Package wire is a proxy for HTTP over TCP that does to one request, or to its reply, what networks
// and the machines in them do.
package wire

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
	"time"
)

// Fault is one thing that goes wrong on the way.
type Fault string

// The faults.
const (
	Latency         Fault = "latency"
	Reset           Fault = "reset"
	HalfCloseClient Fault = "half-close from the client" // the service sees the end of the requests
	HalfCloseServer Fault = "half-close from the server" // the client sees the end of the replies
	BlackHole       Fault = "black hole"
	Trickle         Fault = "trickle"
	Truncated       Fault = "truncated body"
	Duplicated      Fault = "duplicated reply"
	Late            Fault = "late: attempt 1 after attempt 2"
	WrongLength     Fault = "wrong Content-Length"
	HTML            Fault = "200 with HTML"
	Redirect        Fault = "redirect to another host"
)

// Faults lists them.
var Faults = []Fault{
	Latency, Reset, HalfCloseClient, HalfCloseServer, BlackHole, Trickle, Truncated, Duplicated, Late, WrongLength, HTML, Redirect,
}

// Place is how far the request has come when the fault strikes.
type Place string

// The places.
const (
	BeforeSend   Place = "before send"   // nothing has reached the service
	BeforeCommit Place = "before commit" // some or all of the request has, the change may not have been made
	AfterCommit  Place = "after commit"  // the service has answered
)

// Places lists them.
var Places = []Place{BeforeSend, BeforeCommit, AfterCommit}

// delay is how long Latency lasts.
const delay = 20 * time.Millisecond

// Strike is a fault at a place.
type Strike struct {
	Fault Fault
	Place Place
}

// Proxy passes requests on, each on a connection of its own, and strikes when it was told to.
type Proxy struct {
	upstream  string
	elsewhere string // whither Redirect sends
	listener  net.Listener

	mu      sync.Mutex
	strikes []Strike // one for each of the next changing requests
	last    []byte   // the last reply that was passed on
	replies map[string][][]byte
	sent    int // changing requests, whole or in part, that came from clients
	conns   map[net.Conn]bool

	overdue chan struct{} // closed when what is late may go on
	work    sync.WaitGroup
}

// New starts a proxy before the service at that address.
func New(upstream, elsewhere string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{
		upstream: upstream, elsewhere: elsewhere, listener: l, replies: map[string][][]byte{}, conns: map[net.Conn]bool{},
		overdue: make(chan struct{}),
	}
	p.work.Go(p.accept)
	return p, nil
}

// URL is where clients reach the service through the proxy.
func (p *Proxy) URL() string { return "http://" + p.listener.Addr().String() }

// Strike has the next changing requests struck, one each.
func (p *Proxy) Strike(strikes ...Strike) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.strikes = append(p.strikes, strikes...)
}

// Sent is how many changing requests came.
func (p *Proxy) Sent() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent
}

// Replies returns the bodies of the good answers that the service gave to an idempotency key, whether or
// not they arrived.
func (p *Proxy) Replies(key string) [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.replies[key]
}

// Close delivers what is late, then ends every connection.
func (p *Proxy) Close() error {
	close(p.overdue)
	err := p.listener.Close()
	p.mu.Lock()
	for c := range p.conns {
		_ = c.SetReadDeadline(time.Now()) // those that wait for a client; what is late goes on
	}
	p.mu.Unlock()
	p.work.Wait()
	return err
}

func (p *Proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		p.conns[conn] = true
		p.mu.Unlock()
		p.work.Go(func() {
			p.serve(conn)
			_ = conn.Close()
			p.mu.Lock()
			delete(p.conns, conn)
			p.mu.Unlock()
		})
	}
}

// serve passes on the requests of one client until one of them was struck so that the line is dead.
func (p *Proxy) serve(client net.Conn) {
	from := bufio.NewReader(client)
	for {
		req, err := http.ReadRequest(from)
		if err != nil {
			return
		}
		raw, err := httputil.DumpRequest(req, true)
		if err != nil {
			return
		}
		l := &line{Proxy: p, client: client, request: raw, key: req.Header.Get("Idempotency-Key")}
		strike := Strike{}
		if req.Method != http.MethodGet {
			strike = p.next()
		}
		if !l.carry(strike) {
			return
		}
	}
}

func (p *Proxy) next() Strike {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent++
	if len(p.strikes) == 0 {
		return Strike{}
	}
	s := p.strikes[0]
	p.strikes = p.strikes[1:]
	return s
}

// ask has the service answer a request, and returns the whole reply.
func (p *Proxy) ask(request []byte, key string) ([]byte, error) {
	up, err := net.Dial("tcp", p.upstream)
	if err != nil {
		return nil, err
	}
	defer func() { _ = up.Close() }()
	if _, err := up.Write(request); err != nil {
		return nil, err
	}
	return p.answer(up, key)
}

func (p *Proxy) answer(up net.Conn, key string) ([]byte, error) {
	resp, err := http.ReadResponse(bufio.NewReader(up), nil)
	if err != nil {
		return nil, err
	}
	reply, err := httputil.DumpResponse(resp, true)
	if err != nil {
		return nil, err
	}
	_, body, _ := bytes.Cut(reply, []byte("\r\n\r\n"))
	p.mu.Lock()
	defer p.mu.Unlock()
	if key != "" && resp.StatusCode < 300 && len(body) > 0 {
		p.replies[key] = append(p.replies[key], body)
	}
	return reply, nil
}

// line is one request of one client.
type line struct {
	*Proxy
	client  net.Conn
	request []byte
	key     string
}

// carry passes the request on, as hurt as it shall be, and reports whether the client's connection can
// still be used.
func (l *line) carry(s Strike) bool {
	switch s.Place {
	case BeforeSend:
		return l.beforeSend(s.Fault)
	case BeforeCommit:
		return l.beforeCommit(s.Fault)
	case AfterCommit:
		return l.afterCommit(s.Fault)
	}
	return l.pass()
}

// pass does what a good network does.
func (l *line) pass() bool {
	reply, err := l.ask(l.request, l.key)
	if err != nil {
		return false
	}
	return l.say(reply)
}

func (l *line) say(reply []byte) bool {
	l.mu.Lock()
	l.last = reply
	l.mu.Unlock()
	_, err := l.client.Write(reply)
	return err == nil
}

// hangUp waits until the client has had enough of waiting.
func (l *line) hangUp() bool {
	_, _ = io.Copy(io.Discard, l.client)
	return false
}

func (l *line) reset() bool {
	if tcp, ok := l.client.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	return false
}

func closeWrite(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
}

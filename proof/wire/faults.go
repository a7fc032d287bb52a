package wire

import (
	"bytes"
	"fmt"
	"net"
	"strconv"
	"time"
)

// beforeSend strikes when the service has not got a byte.
func (l *line) beforeSend(f Fault) bool {
	switch f {
	case Latency:
		time.Sleep(delay)
		return l.pass()
	case Reset:
		return l.reset()
	case HalfCloseClient:
		return l.upstreamed(func(up net.Conn) bool {
			closeWrite(up)
			_, _ = up.Read(make([]byte, 1)) // the service hangs up
			return false
		})
	case HalfCloseServer:
		closeWrite(l.client)
		return l.hangUp()
	case BlackHole:
		return l.hangUp()
	case Trickle: // and then no more
		return l.upstreamed(func(up net.Conn) bool { return l.drip(up, l.request[:10]) && false })
	case Truncated:
		_, _ = l.client.Write([]byte(jsonHead + "Content-Length: 500\r\n\r\n{\"rotation\":{\"id\":"))
		return false
	case Duplicated:
		l.mu.Lock()
		last := l.last
		l.mu.Unlock()
		return l.say(last)
	case Late:
		_ = l.hangUp()
		l.afterwards()
		_, _ = l.ask(l.request, l.key)
		return false
	case WrongLength:
		_, _ = l.client.Write([]byte(jsonHead + "Content-Length: 3\r\n\r\n{\"id\":\"x\"}"))
		return false
	}
	return l.instead(f)
}

const jsonHead = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

// beforeCommit strikes when the service has got a part of the request, or all of it too late for the
// client to learn of it.
func (l *line) beforeCommit(f Fault) bool {
	switch f {
	case Latency:
		return l.inTwo(func() { time.Sleep(delay) })
	case Reset:
		return l.halfOnly(func(up net.Conn) bool {
			if tcp, ok := up.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			return l.reset()
		})
	case HalfCloseClient:
		return l.halfOnly(func(up net.Conn) bool {
			closeWrite(up)
			reply, err := l.answer(up, l.key)
			return err == nil && l.say(reply) && false
		})
	case HalfCloseServer:
		closeWrite(l.client)
		_, _ = l.ask(l.request, l.key)
		return l.hangUp()
	case BlackHole:
		return l.halfOnly(func(net.Conn) bool { return l.hangUp() })
	case Trickle:
		return l.upstreamed(func(up net.Conn) bool {
			if !l.drip(up, l.request) {
				return false
			}
			reply, err := l.answer(up, l.key)
			return err == nil && l.say(reply)
		})
	case Truncated:
		return l.halfOnly(func(net.Conn) bool { return false })
	case Duplicated: // the request is, and both are answered
		reply, err := l.ask(l.request, l.key)
		_, _ = l.ask(l.request, l.key)
		return err == nil && l.say(reply)
	case Late: // the client has given up, and has not asked again
		_ = l.hangUp()
		_, _ = l.ask(l.request, l.key)
		return false
	case WrongLength:
		reply, err := l.askAndHangUp(lengthened(l.request, -3), l.key)
		return err == nil && l.say(reply) && false
	}
	return l.halfOnly(func(net.Conn) bool { return l.instead(f) })
}

// afterCommit strikes on the way back.
func (l *line) afterCommit(f Fault) bool {
	if f == HalfCloseClient { // at about the moment of the commit
		reply, err := l.askAndHangUp(l.request, l.key)
		return err == nil && l.say(reply) && false
	}
	reply, err := l.ask(l.request, l.key)
	if err != nil {
		return false
	}
	switch f {
	case Latency:
		time.Sleep(delay)
		return l.say(reply)
	case Reset:
		return l.reset()
	case HalfCloseServer:
		closeWrite(l.client)
		return l.hangUp()
	case BlackHole:
		return l.hangUp()
	case Trickle:
		return l.drip(l.client, reply)
	case Truncated:
		_, _ = l.client.Write(reply[:len(reply)-10])
		return false
	case Duplicated:
		return l.say(append(bytes.Clone(reply), reply...))
	case Late:
		l.afterwards()
		_, _ = l.client.Write(reply)
		return false
	case WrongLength:
		_, _ = l.client.Write(lengthened(reply, 7))
		return false
	}
	return l.instead(f)
}

// instead answers what no keyturn service says.
func (l *line) instead(f Fault) bool {
	const page = "<html><body>Please sign in to this network</body></html>"
	text := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s", len(page), page)
	if f == Redirect {
		text = "HTTP/1.1 307 Temporary Redirect\r\nLocation: " + l.elsewhere + "/v1/credentials\r\nContent-Length: 0\r\n\r\n"
	}
	_, err := l.client.Write([]byte(text))
	return err == nil
}

// upstreamed lends a connection to the service.
func (l *line) upstreamed(use func(net.Conn) bool) bool {
	up, err := net.Dial("tcp", l.upstream)
	if err != nil {
		return false
	}
	defer func() { _ = up.Close() }()
	return use(up)
}

// halfOnly sends the service a part of the request that is no request yet.
func (l *line) halfOnly(then func(net.Conn) bool) bool {
	return l.upstreamed(func(up net.Conn) bool {
		_, _ = up.Write(l.request[:l.middle()])
		return then(up)
	})
}

func (l *line) inTwo(between func()) bool {
	return l.upstreamed(func(up net.Conn) bool {
		_, _ = up.Write(l.request[:l.middle()])
		between()
		_, _ = up.Write(l.request[l.middle():])
		reply, err := l.answer(up, l.key)
		return err == nil && l.say(reply)
	})
}

// middle is in the body, or in the head of a request without one.
func (l *line) middle() int {
	if head := bytes.Index(l.request, []byte("\r\n\r\n")); head+4 < len(l.request) {
		return (head + 4 + len(l.request)) / 2
	}
	return len(l.request) - 2
}

// askAndHangUp ends the requests when it has sent this one.
func (l *line) askAndHangUp(request []byte, key string) (reply []byte, err error) {
	l.upstreamed(func(up net.Conn) bool {
		_, _ = up.Write(request)
		closeWrite(up)
		reply, err = l.answer(up, key)
		return false
	})
	return reply, err
}

// drip sends byte by byte.
func (l *line) drip(to net.Conn, text []byte) bool {
	for i := range text {
		if _, err := to.Write(text[i : i+1]); err != nil {
			return false
		}
	}
	return true
}

// afterwards waits until everything else is over.
func (l *line) afterwards() { <-l.overdue }

// lengthened says a length that is wrong by so much.
func lengthened(message []byte, by int) []byte {
	const name = "Content-Length: "
	head, body, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	at := bytes.Index(head, []byte(name))
	if at < 0 { // a request without a body, which may be chunked all the same: then no length would count
		head = bytes.Replace(head, []byte("Transfer-Encoding: chunked\r\n"), nil, 1)
		return fmt.Appendf(nil, "%s\r\n%s%d\r\n\r\n%s", head, name, 9, body)
	}
	rest := head[at+len(name):]
	end := bytes.IndexByte(rest, '\r')
	if end < 0 {
		end = len(rest)
	}
	n, _ := strconv.Atoi(string(rest[:end]))
	return fmt.Appendf(nil, "%s%d%s\r\n\r\n%s", head[:at+len(name)], n+by, rest[end:], body)
}

package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
)

// Statements passes on what a client says to a PostgreSQL server, and has the server refuse the n-th statement that
// it is asked to run. The server really refuses it: in its place it gets one that raises that error, so that
// everything which follows, the end of the transaction too, is its own doing.
type Statements struct {
	*Line

	mu       sync.Mutex
	ran      int
	refuseAt int
	code     string
	refused  bool
	commit   bool
}

// NewStatements starts a line to the server at that address.
func NewStatements(upstream string) (*Statements, error) {
	s := &Statements{Line: &Line{}}
	s.carry = s.there
	return s, s.start(upstream)
}

// RefuseAt has the n-th statement from now on refused with that SQLSTATE, 0 for none.
func (s *Statements) RefuseAt(n int, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ran, s.refuseAt, s.code, s.refused, s.commit = 0, n, code, false, false
}

// Refused reports whether it has come to that, and whether the statement was a commit.
func (s *Statements) Refused() (refused, commit bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused, s.commit
}

// message is one of PostgreSQL's protocol. The first one of a connection has no kind.
type message struct {
	kind byte
	text []byte // the whole of it
}

func readMessage(from io.Reader, first bool) (m message, err error) {
	head := make([]byte, 5)
	if first {
		head = head[:4]
	}
	if _, err := io.ReadFull(from, head); err != nil {
		return m, err
	}
	if !first {
		m.kind = head[0]
	}
	length := binary.BigEndian.Uint32(head[len(head)-4:])
	if length < 4 || length > 1<<30 {
		return m, fmt.Errorf("a message of %d bytes", length)
	}
	m.text = append(head, make([]byte, length-4)...)
	_, err = io.ReadFull(from, m.text[len(head):])
	return m, err
}

// Kinds of messages from a client.
const (
	query   = 'Q'
	execute = 'E'
	held    = "PBDEC" // they get no answer before another kind comes
)

// there carries what is said, as much at a time as gets one answer.
func (s *Statements) there(near, far net.Conn, _ chan struct{}) {
	defer s.forget(near, far)
	var said []message
	for first := true; ; first = false {
		m, err := readMessage(near, first)
		if err != nil {
			return
		}
		if said = append(said, m); strings.IndexByte(held, m.kind) >= 0 {
			continue
		}
		if slices.ContainsFunc(said, message.runs) && s.refuses(said) {
			said = []message{s.refusal(said)}
		}
		for _, part := range said {
			if _, err := far.Write(part.text); err != nil {
				return
			}
		}
		said = nil
	}
}

// runs reports whether a message runs a statement. A comment alone is none: by it clients look, when they have said
// nothing for a while, whether the line still stands.
func (m message) runs() bool {
	return m.kind == execute || m.kind == query && !bytes.HasPrefix(m.text[5:], []byte("--"))
}

// refuses counts a statement.
func (s *Statements) refuses(said []message) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ran++
	if s.refuseAt == 0 || s.ran != s.refuseAt {
		return false
	}
	s.refused, s.commit = true, commits(said)
	return true
}

func commits(said []message) bool {
	return said[0].kind == query && strings.EqualFold(string(bytes.Trim(said[0].text[5:], "\x00 ;")), "commit")
}

// refusal is a statement that raises the error. A commit that fails has ended its transaction.
func (s *Statements) refusal(said []message) message {
	text := "DO $$ BEGIN RAISE EXCEPTION 'refused on the way' USING ERRCODE = '" + s.code + "'; END $$"
	if commits(said) {
		text = "ROLLBACK; " + text
	}
	m := binary.BigEndian.AppendUint32([]byte{query}, uint32(4+len(text)+1)) //nolint:gosec // a short text
	return message{query, append(append(m, text...), 0)}
}

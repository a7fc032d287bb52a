package wire

import (
	"errors"
	"net"
	"sync"
)

// Line passes on whatever two programs say to each other over TCP, and cuts the connection on which the
// n-th thing is said.
type Line struct {
	upstream string
	listener net.Listener
	carry    func(near, far net.Conn, deaf chan struct{}) // what is said on one connection; deaf is closed when no answer may come back

	mu    sync.Mutex
	conns map[net.Conn]bool
	said  int
	cutAt int
	heard bool // the other side hears what is said, and its answer is lost
	cut   bool
	work  sync.WaitGroup
}

// NewLine starts a line to that address.
func NewLine(upstream string) (*Line, error) {
	line := &Line{}
	line.carry = line.there
	return line, line.start(upstream)
}

func (l *Line) start(upstream string) (err error) {
	l.upstream, l.conns = upstream, map[net.Conn]bool{}
	if l.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return err
	}
	l.work.Go(l.accept)
	return nil
}

// Address is where to connect instead.
func (l *Line) Address() string { return l.listener.Addr().String() }

// CutAt cuts at the n-th thing that is said from now on, 0 for never. If heard it still arrives, and its
// answer does not.
func (l *Line) CutAt(n int, heard bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said, l.cutAt, l.heard, l.cut = 0, n, heard, false
}

// WasCut reports whether it has come to that.
func (l *Line) WasCut() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cut
}

// Close ends every connection.
func (l *Line) Close() error {
	err := l.listener.Close()
	l.mu.Lock()
	for c := range l.conns {
		err = errors.Join(err, closed(c.Close()))
	}
	l.mu.Unlock()
	l.work.Wait()
	return err
}

func closed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func (l *Line) accept() {
	for {
		near, err := l.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", l.upstream)
		if err != nil {
			_ = near.Close()
			continue
		}
		l.mu.Lock()
		l.conns[near], l.conns[far] = true, true
		l.mu.Unlock()
		deaf := make(chan struct{})
		l.work.Go(func() { l.carry(near, far, deaf) })
		l.work.Go(func() { l.back(far, near, deaf) })
	}
}

// there carries what is said.
func (l *Line) there(near, far net.Conn, deaf chan struct{}) {
	defer l.forget(near, far)
	buffer := make([]byte, 64<<10)
	for {
		n, err := near.Read(buffer)
		if err != nil {
			return
		}
		cut, heard := l.count()
		if cut {
			close(deaf)
		}
		if !cut || heard {
			if _, err := far.Write(buffer[:n]); err != nil {
				return
			}
		}
		if cut {
			if heard {
				_, _ = far.Read(buffer) // it has been done when it is answered
			}
			return
		}
	}
}

// count counts one thing that is said, and reports whether it is the last.
func (l *Line) count() (cut, heard bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said++
	cut = l.cutAt > 0 && l.said == l.cutAt
	l.cut = l.cut || cut
	return cut, l.heard
}

// back carries answers, until they get lost.
func (l *Line) back(far, near net.Conn, deaf chan struct{}) {
	defer l.forget(near, far) // a side that has closed is seen to have
	buffer := make([]byte, 64<<10)
	for {
		n, err := far.Read(buffer)
		if err != nil {
			return
		}
		select {
		case <-deaf:
			_ = far.Close() // what was to be waited for has come
			return
		default:
		}
		if _, err := near.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func (l *Line) forget(conns ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
		delete(l.conns, c)
	}
}

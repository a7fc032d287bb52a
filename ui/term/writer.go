package term

import (
	"os"
	"sync"
)

// Writer is the one way to the terminal. A frame and a clipboard sequence are each written whole;
// neither ever lands inside the other. It embeds the file so that Bubble Tea finds the terminal's
// size.
type Writer struct {
	*os.File
	mu sync.Mutex
}

// NewWriter returns the writer of a terminal.
func NewWriter(f *os.File) *Writer { return &Writer{File: f} }

// Write writes all of p before anybody else writes.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.File.Write(p)
}

// WriteString writes all of s before anybody else writes.
func (w *Writer) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// Muted stands for the terminal towards Bubble Tea: it finds the size and sets the modes of the
// input there, but what its own renderer writes goes nowhere. The painter writes instead.
type Muted struct {
	*os.File
	fd uintptr
}

// NewMuted returns what stands for the terminal f. The number of f is asked here, once: Bubble Tea
// asks for the size at its start on the side, and its end does not wait for the answer, so that
// whoever closes f after it would do so while f is being asked.
func NewMuted(f *os.File) Muted { return Muted{File: f, fd: f.Fd()} }

// Fd is the number of the terminal, also when it has been closed.
func (m Muted) Fd() uintptr { return m.fd }

// Write drops p.
func (Muted) Write(p []byte) (int, error) { return len(p), nil }

// WriteString drops s.
func (Muted) WriteString(s string) (int, error) { return len(s), nil }

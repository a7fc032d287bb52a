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

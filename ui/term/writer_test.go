package term

import (
	"bytes"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
)

func pipe(t *testing.T) (near, far *os.File) {
	t.Helper()
	near, far, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = near.Close(); _ = far.Close() })
	return near, far
}

// A clipboard sequence inside a frame would be a torn frame and a lost copy.
func TestAFrameAndACopyNeverMix(t *testing.T) {
	near, far := pipe(t)
	w := NewWriter(far)
	frame, sequence := "<"+strings.Repeat("f", 200_000)+">", "["+strings.Repeat("c", 100_000)+"]"
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { _, _ = w.Write([]byte(frame)) })
		all.Go(func() { _, _ = io.WriteString(w, sequence) })
	}
	go func() { all.Wait(); _ = far.Close() }()
	got, err := io.ReadAll(near)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(got, []byte(frame)); n != 4 {
		t.Errorf("%d of 4 frames came whole", n)
	}
	if n := bytes.Count(got, []byte(sequence)); n != 4 {
		t.Errorf("%d of 4 sequences came whole", n)
	}
}

// Bubble Tea's renderer may write what it wants: nothing of it reaches the terminal.
func TestMutedWritesNothing(t *testing.T) {
	near, far := pipe(t)
	m := NewMuted(far)
	if n, err := m.Write([]byte("\x1b[?25h")); n != 6 || err != nil {
		t.Errorf("wrote %d bytes, error %v", n, err)
	}
	if n, err := io.WriteString(m, "frame"); n != 5 || err != nil {
		t.Errorf("wrote %d bytes, error %v", n, err)
	}
	_ = far.Close()
	if got, err := io.ReadAll(near); len(got) > 0 || err != nil {
		t.Errorf("the terminal got %q, error %v", got, err)
	}
}

// Bubble Tea may still ask for the size when the console has ended and the terminal is closed.
func TestMutedIsNotTheFileThatSomebodyCloses(t *testing.T) {
	_, far := pipe(t)
	m := NewMuted(far)
	number := far.Fd()
	asked := make(chan uintptr)
	go func() { asked <- m.Fd() }() // side by side with Close: only the race detector sees it
	_ = far.Close()
	if got := <-asked; got != number || m.Fd() != number {
		t.Errorf("the number is %d and then %d, want %d", got, m.Fd(), number)
	}
}

package term

import (
	"io"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Sequences that the painter writes at the start and at the end. Bubble Tea's own renderer would
// write them, but it waits for a ticker with every frame. Lines do not wrap: one that a terminal
// finds wider than keyturn does must not spoil the next.
const (
	enter = "\x1b[?1049h\x1b[?7l\x1b[?25l\x1b[?2004h\x1b[?1004h\x1b[0m\x1b[2J\x1b[H"
	leave = "\x1b[?7h\x1b[?1004l\x1b[?2004l\x1b[?25h\x1b[0m\x1b[2J\x1b[H\x1b[?1049l"

	beginFrame = "\x1b[?2026h" // synchronized output: a frame appears whole
	endFrame   = "\x1b[?2026l"
)

// frameGap is the least time between two frames. A frame after a pause is painted at once; in a
// burst the last one wins.
const frameGap = 4 * time.Millisecond

// Painter paints frames: only the lines that changed, and at once. It is safe for concurrent use.
type Painter struct {
	mu      sync.Mutex
	out     io.Writer
	now     func() time.Time
	after   func(time.Duration, func()) // runs a function later, on its own
	shown   []string
	next    string
	waiting bool
	on      bool
	last    time.Time
}

// NewPainter returns a painter that has not started.
func NewPainter(out io.Writer) *Painter {
	return &Painter{
		out: out, now: time.Now,
		after: func(d time.Duration, f func()) { time.AfterFunc(d, f) },
	}
}

// Start takes the whole screen: the alternate one, without a cursor, with pastes marked and focus
// reported.
func (p *Painter) Start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.on {
		return
	}
	p.on, p.shown = true, nil
	_, _ = io.WriteString(p.out, enter)
}

// Stop wipes the screen and gives it back as it was. Nothing is painted any more.
func (p *Painter) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.on {
		return
	}
	p.on, p.next, p.shown = false, "", nil
	_, _ = io.WriteString(p.out, leave)
}

// Clear makes the next frame repaint everything, as after a change of size.
func (p *Painter) Clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shown = nil
}

// Paint shows a frame: at once, or very soon if another has just been shown. The frame must fit
// the terminal.
func (p *Painter) Paint(frame string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = frame
	if p.waiting || !p.on {
		return
	}
	if gap := p.now().Sub(p.last); gap < frameGap && !p.last.IsZero() {
		p.waiting = true
		p.after(frameGap-gap, p.paintLate)
		return
	}
	p.paint()
}

func (p *Painter) paintLate() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = false
	if p.on {
		p.paint()
	}
}

// paint writes the lines that differ from what is shown. A frame like the one before writes
// nothing. A line is wiped before it is written: behind a full line the cursor still stands on its
// last cell, and wiping from there would take that away.
func (p *Painter) paint() {
	lines := strings.Split(p.next, "\n")
	var b strings.Builder
	if p.shown == nil {
		b.WriteString("\x1b[0m\x1b[2J")
	}
	for i, line := range lines {
		if i < len(p.shown) && p.shown[i] == line {
			continue
		}
		b.WriteString("\x1b[" + strconv.Itoa(i+1) + ";1H\x1b[K" + line + "\x1b[0m")
	}
	for i := len(lines); i < len(p.shown); i++ {
		b.WriteString("\x1b[" + strconv.Itoa(i+1) + ";1H\x1b[K")
	}
	p.shown = lines
	if b.Len() == 0 {
		return
	}
	_, _ = io.WriteString(p.out, beginFrame+b.String()+endFrame)
	p.last = p.now()
}

package cli

import (
	"fmt"
	"strings"

	"example.com/keyturn/rotation/bulk"
)

// progress says how a plan goes: a bar on a terminal, else a line for each item.
type progress struct {
	c      *call
	verb   string
	plan   *bulk.Run
	done   int
	failed int
	bar    bool
}

func (c *call) progress(r *bulk.Run, verb string) *progress {
	p := &progress{c: c, verb: verb, plan: r, bar: c.ErrTTY && c.Width >= minBar && c.Env("TERM") != "dumb" && c.Env("ACCESSIBLE") == ""}
	for _, one := range r.Results() {
		if one.State.Over() {
			p.done++
		}
	}
	return p
}

// minBar is how wide a terminal must be for a bar, barWidth is how wide the bar is.
const (
	minBar   = 40
	barWidth = 24
)

// ended hears of one item.
func (p *progress) ended(one bulk.Result) {
	p.done++
	if one.State != bulk.Done {
		p.failed++
	}
	size := len(p.plan.Plan.Items)
	switch {
	case p.c.asJSON:
	case p.bar:
		full := barWidth * p.done / size
		text := fmt.Sprintf("[%s%s] %d of %d", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), p.done, size)
		if p.failed > 0 && p.c.Width >= 2*minBar {
			text += fmt.Sprintf(", %d not done", p.failed)
		}
		fmt.Fprintf(p.c.Stderr, "\r%s\x1b[K", text)
	default:
		fmt.Fprintf(p.c.Stderr, "%s %d of %d: %s: %s\n", p.verb, p.done, size, p.plan.Plan.Items[one.Item].Name, one.State)
	}
}

// over takes the bar away.
func (p *progress) over() {
	if p.bar && !p.c.asJSON {
		fmt.Fprint(p.c.Stderr, "\r\x1b[K")
	}
}

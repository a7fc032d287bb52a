package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"example.com/keyturn/models"
	"example.com/keyturn/when"
)

// maxColumn is how wide a column grows. A longer text is not cut: it pushes the rest of its own row.
const maxColumn = 40

// table prints rows under a header, the columns as wide as what stands in them.
func table(w io.Writer, head []string, rows [][]string) {
	widths := make([]int, len(head))
	for _, row := range append([][]string{head}, rows...) {
		for i, cell := range row {
			if width := ansi.StringWidth(cell); width <= maxColumn {
				widths[i] = max(widths[i], width)
			}
		}
	}
	for _, row := range append([][]string{head}, rows...) {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell)
			if i < len(row)-1 {
				line.WriteString(strings.Repeat(" ", max(0, widths[i]-ansi.StringWidth(cell))+2))
			}
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}

// facts prints names and values under each other; an empty value is left out.
func facts(w io.Writer, pairs ...string) {
	width := 0
	for i := 0; i+1 < len(pairs); i += 2 {
		width = max(width, len(pairs[i]))
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			fmt.Fprintf(w, "%-*s  %s\n", width, pairs[i], pairs[i+1])
		}
	}
}

// clock puts moments into words as the service counts and the user's zone shows them.
func (c *call) clock(now time.Time) when.Clock {
	if now.IsZero() {
		now = c.Now()
	}
	return when.Clock{Now: now, Zone: c.Zone}
}

// rotationWord is where a rotation stands, for a table.
func rotationWord(c *models.Credential, clock when.Clock) string {
	r := c.OpenRotation()
	switch {
	case r == nil:
		return "-"
	case r.State == models.RotationRetiring && !r.GraceEnds.IsZero():
		return "old one ends " + clock.In(r.GraceEnds)
	}
	return r.State.Label()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func caller(u models.Use) string {
	text := strings.TrimSpace(u.Client + " " + u.Version)
	if u.Host != "" {
		text = strings.TrimSpace(text + " on " + u.Host)
	}
	return dash(text)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// count is a number with the word for it.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

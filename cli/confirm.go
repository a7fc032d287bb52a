package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
)

// consent is what the command line says about being asked.
type consent struct{ yes, dryRun bool }

func (f *consent) flags(c *cobra.Command) {
	c.Flags().BoolVar(&f.yes, "yes", false, "do not ask")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "say what would happen, and change nothing")
}

// planned is a change that has been worked out, and not been made.
type planned struct {
	action  actions.ID
	verb    string // "rotate"
	targets []*models.Credential
	lines   []string // what will happen, to whom, by when
	typed   bool     // the name must be typed
}

type jsonPlan struct {
	Action      actions.ID   `json:"action"`
	Targets     []jsonTarget `json:"targets"`
	WhatHappens []string     `json:"what_happens"`
}

type jsonTarget struct {
	ID   models.CredentialID `json:"id"`
	Kind models.Kind         `json:"kind"`
	Name string              `json:"name"`
}

func (p planned) json() *jsonPlan {
	j := &jsonPlan{Action: p.action, Targets: []jsonTarget{}, WhatHappens: p.lines}
	for _, c := range p.targets {
		j.Targets = append(j.Targets, jsonTarget{ID: c.ID, Kind: c.Kind, Name: c.Label()})
	}
	return j
}

// print writes the plan; a terminal of that many columns breaks no word, 0 is no terminal.
func (p planned) print(w io.Writer, width int) {
	for _, c := range p.targets {
		if c.Kind == "" { // nobody is there to tell more than its id
			fmt.Fprintf(w, "%s %s\n", p.verb, c.ID)
			continue
		}
		fmt.Fprintf(w, "%s %s (%s, id %s)\n", p.verb, c.Label(), c.Kind.Label(), c.ID)
	}
	for _, line := range p.lines {
		if width > minWidth {
			line = strings.ReplaceAll(ansi.Wordwrap(line, width-2, ""), "\n", "\n  ")
		}
		fmt.Fprintf(w, "  %s\n", line)
	}
}

func (p planned) answer() answer {
	return answer{data: jsonOutcome{Plan: p.json()}, text: func(w io.Writer) { p.print(w, 0) }}
}

// minWidth is how narrow a terminal may be for words to be kept whole.
const minWidth = 20

// agreed says whether to go on. If not, the answer is the plan: it was only asked for, or somebody
// has to confirm it.
func (c *call) agreed(ctx context.Context, p planned, f consent) (answer, bool, error) {
	switch {
	case f.dryRun:
		return p.answer(), false, nil
	case f.yes:
		return answer{}, true, nil
	case c.asJSON || !c.InTTY || !c.ErrTTY:
		return p.answer(), false, errNeedsYes
	}
	c.quiet()
	p.print(c.Stderr, c.Width)
	if p.typed {
		fmt.Fprintf(c.Stderr, "Type %s to go on, or press enter to leave it: ", actions.ToType(p.targets))
	} else {
		fmt.Fprintf(c.Stderr, "Do it? [y/N] ")
	}
	line, err := c.readLine(ctx)
	if err != nil {
		return answer{}, false, err
	}
	yes := strings.EqualFold(line, "y") || strings.EqualFold(line, "yes")
	if p.typed {
		yes = actions.Typed(p.targets, line)
	}
	if !yes {
		return answer{}, false, errDeclined
	}
	return answer{}, true, nil
}

// readLine waits for a line from the user; whoever interrupts it has not confirmed.
func (c *call) readLine(ctx context.Context) (string, error) {
	lines := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(c.Stdin).ReadString('\n') // an end without a line is a no
		lines <- strings.TrimSpace(line)
	}()
	select {
	case line := <-lines:
		return line, nil
	case <-ctx.Done():
		fmt.Fprintln(c.Stderr)
		return "", errDeclined
	}
}

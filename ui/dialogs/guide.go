package dialogs

import (
	"fmt"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/pipeline"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/kit"
)

// guide is the part of a secret box that says what to change where a pipeline reads its credential:
// for the CI system and the variable that are chosen.
type guide struct {
	requests kit.Requests // for the callers
	system   *string
	systems  []pipeline.Target
	variable string
	reason   string // why this variable is offered
}

func newGuide(system *string) *guide {
	return &guide{
		system: system, systems: pipeline.Targets(), variable: models.AuthTokenVariable,
		reason: "asking who uses it…",
	}
}

// usageCame chooses the variable by the callers. Whoever has chosen already is left alone.
func (g *guide) usageCame(msg usageMsg, now time.Time) {
	if !g.requests.Wanted(msg.id) {
		return
	}
	if msg.err != nil {
		g.reason = "who uses it is not known: " + msg.err.Error()
		return
	}
	g.variable, g.reason = pipeline.Choose(msg.usage.Callers, now)
}

func (g *guide) hints() []kit.Hint {
	return []kit.Hint{{Key: "tab", Label: "system"}, {Key: "o", Label: "variable"}, {Key: "l", Label: "copy lines"}}
}

func (g *guide) key(name string) tea.Cmd {
	switch name {
	case "tab", "right":
		g.move(1)
	case "shift+tab", "left":
		g.move(-1)
	case "o":
		g.requests.Next() // the callers come too late to choose
		g.variable, g.reason = pipeline.Other(g.variable), "you chose it"
	case "l":
		target := g.target()
		copied := kit.CopyTextMsg{Text: target.Text(g.variable), What: "the lines for " + target.Name}
		return func() tea.Msg { return copied }
	}
	return nil
}

// at is where the system is in the list; the first one until somebody chose another.
func (g *guide) at() int {
	return max(0, slices.IndexFunc(g.systems, func(t pipeline.Target) bool { return t.ID == *g.system }))
}

func (g *guide) target() pipeline.Target { return g.systems[g.at()] }

func (g *guide) move(step int) {
	*g.system = g.systems[(g.at()+step+len(g.systems))%len(g.systems)].ID
}

// label is the room for what a line is about.
const label = 10

func (g *guide) lines() []toned {
	t := g.target()
	lines := []toned{
		{tone: styles.Title, text: fmt.Sprintf("Where it is read: %s (%d of %d, tab: next)", t.Name, g.at()+1, len(g.systems))},
		{text: fmt.Sprintf("variable  %s: %s", g.variable, g.reason), label: label},
		{text: "value     " + t.Store(g.variable), label: label},
		{text: "file      " + t.File, label: label},
	}
	for _, line := range t.Lines(g.variable) {
		lines = append(lines, toned{tone: styles.Accent, text: "    " + line})
	}
	return append(lines, toned{tone: styles.Muted, text: pipeline.OneOnly(g.variable)})
}

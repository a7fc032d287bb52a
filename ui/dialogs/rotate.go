package dialogs

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/plan"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
	"example.com/keyturn/when"
)

// RotateConfig is what the question whether to rotate is made of.
type RotateConfig struct {
	Place   string                                       // where, as the title ends: " in Acme"
	Targets []*models.Credential                         // as they were when the question was asked
	First   []string                                     // what ends before, or is not rotated with them
	Live    func(models.CredentialID) *models.Credential // as they are now
	Sunset  func() models.Sunset
	Clock   func() when.Clock
	Usage   AskUsage
}

// RotateWanted is the decision to rotate with that overlap, and what was known when it was made.
type RotateWanted struct {
	Overlap models.Overlap
	Plan    plan.Plan
}

// Rotate asks whether to rotate, and how long the old secret shall work beside the new one. It
// finds out who uses the old one meanwhile; not knowing that keeps nobody from deciding.
type Rotate struct {
	*Ask
	cfg      RotateConfig
	overlaps []words.Overlap // the choices
	requests kit.Requests
	usage    []plan.Usage // of the targets, as far as it has come
	trouble  error        // why it does not come
}

var _ kit.Dialog = (*Rotate)(nil)

// NewRotate returns the dialog for one or several credentials.
func NewRotate(st *styles.Styles, cfg RotateConfig) *Rotate {
	d := &Rotate{cfg: cfg}
	d.overlaps = words.Overlaps()
	choices := make([]Choice, len(d.overlaps))
	for i, o := range d.overlaps {
		choices[i].Label = o.Label
		switch {
		case o.Overlap.Mode == models.OverlapNone:
			choices[i].Field = words.TypeField(cfg.Targets)
		case o.Own():
			choices[i].Field = "how long:"
		}
	}
	d.Ask = NewAsk(st, Question{
		Title: "Rotate", Place: cfg.Place, Targets: cfg.Targets, Choices: choices, Verb: "Rotate", Explain: d.explain, Needs: d.needs,
	})
	return d
}

// Init asks who uses the first target; the answer asks about the next one.
func (d *Rotate) Init() tea.Cmd { return d.askNext() }

func (d *Rotate) asked() int { return min(len(d.cfg.Targets), words.MaxAsked) }

func (d *Rotate) asking() bool { return d.trouble == nil && len(d.usage) < d.asked() }

func (d *Rotate) askNext() tea.Cmd {
	if !d.asking() {
		return nil
	}
	return usageCmd(d, d.cfg.Usage, d.requests.Next(), d.cfg.Targets[len(d.usage)].ID)
}

// Update takes a key, or who uses a target.
func (d *Rotate) Update(msg tea.Msg) (kit.Decision, tea.Cmd) {
	if came, ok := msg.(usageMsg); ok {
		return nil, d.usageCame(came)
	}
	decision, cmd := d.Ask.Update(msg)
	if answer, ok := decision.(Answer); ok {
		o, _ := d.overlaps[answer.Choice].With(answer.Text)
		return RotateWanted{Overlap: o, Plan: d.plan()}, cmd
	}
	return decision, cmd
}

func (d *Rotate) usageCame(msg usageMsg) tea.Cmd {
	if msg.to != kit.Dialog(d) || !d.requests.Wanted(msg.id) {
		return nil
	}
	if d.trouble = msg.err; d.trouble != nil {
		return nil
	}
	d.usage = append(d.usage, msg.usage)
	return d.askNext()
}

// Close makes an answer that comes later too late.
func (d *Rotate) Close() { d.requests.Next() }

// Hints lists the keys that work.
func (d *Rotate) Hints() []kit.Hint {
	d.q.Lines = d.lines()
	return d.Ask.Hints()
}

// View shows what is known by now.
func (d *Rotate) View() string {
	d.q.Lines = d.lines()
	return d.Ask.View()
}

func (d *Rotate) needs(choice int, text string) string {
	if d.overlaps[choice].Overlap.Mode == models.OverlapNone {
		return words.NeedsName(d.cfg.Targets, text)
	}
	if _, err := d.overlaps[choice].With(text); err != nil {
		return err.Error()
	}
	return ""
}

// explain says what the choice would do.
func (d *Rotate) explain(choice int, text string) []string {
	o, err := d.overlaps[choice].With(text)
	switch {
	case err != nil && strings.TrimSpace(text) == "":
		return []string{words.HowLong()}
	case err != nil:
		return []string{err.Error()}
	}
	return d.plan().Outcome(o)
}

// plan is what is known now.
func (d *Rotate) plan() plan.Plan {
	clock := d.cfg.Clock()
	p := plan.Plan{Sunset: d.cfg.Sunset(), Now: clock.Now, Clock: clock}
	for i, c := range d.cfg.Targets {
		t := plan.Target{Credential: *c}
		if i < len(d.usage) {
			t.Usage = d.usage[i]
		}
		p.Targets = append(p.Targets, t)
	}
	return p
}

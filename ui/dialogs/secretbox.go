package dialogs

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/ui/words"
	"example.com/keyturn/when"
)

// revealFor is how long a value stays on the screen.
const revealFor = 30 * time.Second

// CopyWanted is the decision to copy the secret; the box stays with the root's word.
type CopyWanted struct{}

// BoxConfig is what a secret box is made of.
type BoxConfig struct {
	Now        func() time.Time // of the user's clock: a value is hidden by it
	Clock      func() when.Clock
	Credential func() *models.Credential // the state now
	Read       func(context.Context) (models.Secret, error)
	Usage      AskUsage
	System     *string // the CI system whose lines were shown last, by id; kept for the next box
}

// SecretBox shows where a credential's secret stands, offers to copy it, shows it for a while, and
// has the lines that a pipeline needs.
type SecretBox struct {
	st       *styles.Styles
	cfg      BoxConfig
	guide    *guide
	requests kit.Requests // for the value
	value    models.Secret
	until    time.Time
	asking   bool
	trouble  string
	width    int
	height   int
	top      int // lines scrolled out
}

type (
	revealedMsg struct {
		box   *SecretBox
		id    kit.ReqID
		value models.Secret
		err   error
	}
	hideMsg struct {
		box *SecretBox
		id  kit.ReqID
	}
)

var (
	_ kit.Dialog  = (*SecretBox)(nil)
	_ kit.Counter = (*SecretBox)(nil)
)

// NewSecretBox returns the box of a credential.
func NewSecretBox(st *styles.Styles, cfg BoxConfig) *SecretBox {
	b := &SecretBox{st: st, cfg: cfg}
	if c := cfg.Credential(); c != nil && c.Kind.Shared() {
		b.guide = newGuide(cfg.System)
	}
	return b
}

// Title names the credential. Where room is short the name is cut, never the id.
func (b *SecretBox) Title() string {
	c := b.cfg.Credential()
	if c == nil {
		return "secret"
	}
	rest := fmt.Sprintf(" (%s), id %s", c.Kind.Label(), c.ID)
	return term.Cut(c.Label(), max(8, min(words.MaxName, b.width-term.Width(rest))), b.st.Symbols.Ellipsis) + rest
}

// Init asks who uses the credential: that decides which variable is offered.
func (b *SecretBox) Init() tea.Cmd {
	c := b.cfg.Credential()
	if b.guide == nil || c == nil {
		return nil
	}
	return usageCmd(b, b.cfg.Usage, b.guide.requests.Next(), c.ID)
}

// SetSize sets the room of the body.
func (b *SecretBox) SetSize(width, height int) { b.width, b.height = width, height }

// CapturesText is never true.
func (b *SecretBox) CapturesText() bool { return false }

// Busy is never true: reading can be left alone.
func (b *SecretBox) Busy() bool { return false }

// Close wipes the value, and makes answers that come later too late.
func (b *SecretBox) Close() {
	b.hide()
	if b.guide != nil {
		b.guide.requests.Next()
	}
}

func (b *SecretBox) hide() {
	b.requests.Next() // a reading under way comes too late now
	b.value.Wipe()
	b.value = models.Secret{}
	b.until, b.asking = time.Time{}, false
}

// Left is how long the value is still shown, or until the old secret ends.
func (b *SecretBox) Left() time.Duration {
	if !b.until.IsZero() {
		return b.until.Sub(b.cfg.Now())
	}
	if c := b.cfg.Credential(); c != nil {
		return b.cfg.Clock().Left(c.GraceEnds())
	}
	return 0
}

// Hints lists the keys that work.
func (b *SecretBox) Hints() []kit.Hint {
	hints := []kit.Hint{{Key: "y", Label: "copy"}, {Key: "v", Label: "reveal / hide"}}
	if b.guide != nil {
		hints = append(hints, b.guide.hints()...)
	}
	return append(hints, kit.Hint{Key: "esc", Label: "close"})
}

// Update takes a key, an answer of the service, or the end of the value's time.
func (b *SecretBox) Update(msg tea.Msg) (kit.Decision, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return b.key(msg)
	case tea.BlurMsg:
		b.hide()
	case revealedMsg:
		return nil, b.revealed(msg)
	case hideMsg:
		if msg.box == b && b.requests.Wanted(msg.id) {
			b.hide()
		}
	case usageMsg:
		if msg.to == kit.Dialog(b) && b.guide != nil {
			b.guide.usageCame(msg, b.cfg.Clock().Now)
		}
	}
	return nil, nil
}

func (b *SecretBox) key(key tea.KeyMsg) (kit.Decision, tea.Cmd) {
	switch name := key.String(); name {
	case "esc", "q":
		return kit.Dismissed{}, nil
	case "up", "k":
		b.scroll(-1)
	case "down", "j":
		b.scroll(1)
	case "pgup":
		b.scroll(-b.height)
	case "pgdown":
		b.scroll(b.height)
	case "y":
		return CopyWanted{}, nil
	case "v":
		if !b.value.Empty() || b.asking {
			b.hide()
			return nil, nil
		}
		b.top = 0
		return nil, b.Show()
	default:
		if b.guide != nil {
			return nil, b.guide.key(name)
		}
	}
	return nil, nil
}

func (b *SecretBox) scroll(lines int) {
	b.top = max(0, min(b.top+lines, len(b.lines())-b.height))
}

// Show asks for the value.
func (b *SecretBox) Show() tea.Cmd {
	id := b.requests.Next()
	b.asking, b.trouble = true, ""
	return readCmd(b, id)
}

func (b *SecretBox) revealed(msg revealedMsg) tea.Cmd {
	if msg.box != b {
		return nil // another box asked, about another secret
	}
	if !b.requests.Wanted(msg.id) {
		msg.value.Wipe()
		return nil
	}
	b.asking = false
	if msg.err != nil {
		b.trouble = msg.err.Error()
		return nil
	}
	b.value, b.until = msg.value, b.cfg.Now().Add(revealFor)
	return hideCmd(b, msg.id)
}

// View shows the value or its mask, the steps of the rotation, and the lines for a pipeline.
func (b *SecretBox) View() string {
	lines := b.lines()
	b.top = max(0, min(b.top, len(lines)-b.height))
	return strings.Join(lines[b.top:], "\n")
}

// toned is a line and its tone.
type toned struct {
	tone  styles.Tone
	text  string
	label int // cells at its beginning that say what it is about
}

func plainly(lines ...string) []toned {
	out := make([]toned, len(lines))
	for i, line := range lines {
		out[i].text = line
	}
	return out
}

// lines is the whole text, broken where the box ends: a value must never be cut off.
func (b *SecretBox) lines() []string {
	c := b.cfg.Credential()
	if c == nil {
		return []string{"this credential is gone"}
	}
	text := append(b.valueLines(c), toned{})
	if b.trouble != "" {
		text = append(text, toned{tone: styles.Danger, text: b.trouble}, toned{})
	}
	if r := c.Rotation; r != nil {
		text = append(append(text, plainly(b.steps(r)...)...), toned{})
	}
	if b.guide != nil {
		text = append(text, b.guide.lines()...)
	}
	var lines []string
	for _, t := range text {
		for _, line := range hanging(t.text, t.label, max(1, b.width)) {
			lines = append(lines, b.st.Render(t.tone, line))
		}
	}
	return lines
}

func (b *SecretBox) valueLines(c *models.Credential) []toned {
	newest := c.Newest()
	switch {
	case newest == nil:
		return plainly("no version of this secret works")
	case !b.value.Empty():
		left := max(0, (b.until.Sub(b.cfg.Now())+time.Second-1)/time.Second)
		return []toned{
			{tone: styles.Accent, text: b.value.Reveal()},
			{tone: styles.Muted, text: fmt.Sprintf("hidden again at %s, in %d s", b.until.Format("15:04:05"), left)},
		}
	case b.asking:
		return plainly("asking the service…")
	}
	return plainly(fmt.Sprintf("%s  version %d, fingerprint %s", newest.Masked, newest.Version, newest.Fingerprint))
}

func (b *SecretBox) steps(r *models.Rotation) []string {
	clock := b.cfg.Clock()
	step := func(done bool, text string) string {
		if done {
			return b.st.Symbols.StepDone + " " + text
		}
		return b.st.Symbols.StepDue + " " + text
	}
	lines := []string{step(true, fmt.Sprintf("version %d issued %s by %s", r.NewVersion, clock.Stamp(r.StartedAt), r.StartedBy))}
	switch {
	case r.State == models.RotationPending:
		return append(lines, step(false, fmt.Sprintf("waiting for its first use; version %d goes on working", r.OldVersion)))
	case !r.FirstUse.IsZero():
		lines = append(lines, step(true, "first used "+clock.Stamp(r.FirstUse)))
	case !r.ConfirmedAt.IsZero():
		lines = append(lines, step(true, "confirmed "+clock.Stamp(r.ConfirmedAt)))
	}
	if r.State == models.RotationRetiring {
		return append(lines, step(false, fmt.Sprintf("version %d works until %s (%s)", r.OldVersion, clock.Moment(r.GraceEnds), clock.In(r.GraceEnds))))
	}
	return append(lines, step(true, r.State.Label()+" "+clock.Stamp(r.EndedAt)))
}

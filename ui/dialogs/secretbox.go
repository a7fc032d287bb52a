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
)

// revealFor is how long a value stays on the screen.
const revealFor = 30 * time.Second

// CopyWanted is the decision to copy the secret; the box stays with the root's word.
type CopyWanted struct{}

// SecretBox shows where a credential's secret stands, offers to copy it, and shows it for a while.
type SecretBox struct {
	st         *styles.Styles
	credential func() *models.Credential // the state now
	read       func(context.Context) (models.Secret, error)
	now        func() time.Time // in the zone in which times are shown
	requests   kit.Requests
	value      models.Secret
	until      time.Time
	asking     bool
	trouble    string
	width      int
	height     int
	top        int // lines scrolled out
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

var _ kit.Dialog = (*SecretBox)(nil)

// NewSecretBox returns the box of a credential. read asks the service for the value.
func NewSecretBox(st *styles.Styles, now func() time.Time, credential func() *models.Credential, read func(context.Context) (models.Secret, error)) *SecretBox {
	return &SecretBox{st: st, now: now, credential: credential, read: read}
}

// Title names the credential.
func (b *SecretBox) Title() string {
	if c := b.credential(); c != nil {
		return c.Name + " (" + c.Kind.Label() + ")"
	}
	return "secret"
}

// Init does nothing.
func (b *SecretBox) Init() tea.Cmd { return nil }

// SetSize sets the room of the body.
func (b *SecretBox) SetSize(width, height int) { b.width, b.height = width, height }

// CapturesText is never true.
func (b *SecretBox) CapturesText() bool { return false }

// Busy is never true: reading can be left alone.
func (b *SecretBox) Busy() bool { return false }

// Close wipes the value.
func (b *SecretBox) Close() { b.hide() }

func (b *SecretBox) hide() {
	b.requests.Next() // a reading under way comes too late now
	b.value.Wipe()
	b.until, b.asking = time.Time{}, false
}

// Hints lists the keys that work.
func (b *SecretBox) Hints() []kit.Hint {
	return []kit.Hint{{Key: "y", Label: "copy"}, {Key: "v", Label: "reveal 30 s / hide"}, {Key: "esc", Label: "close"}}
}

// Update takes a key, a value that was read, or the end of its time.
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
	}
	return nil, nil
}

func (b *SecretBox) key(key tea.KeyMsg) (kit.Decision, tea.Cmd) {
	switch key.String() {
	case "esc", "q":
		return kit.Dismissed{}, nil
	case "up", "k":
		b.top = max(0, b.top-1)
	case "down", "j":
		b.top = min(b.top+1, max(0, len(b.lines())-b.height))
	case "y":
		return CopyWanted{}, nil
	case "v":
		if !b.value.Empty() || b.asking {
			b.hide()
			return nil, nil
		}
		return nil, b.Show()
	}
	return nil, nil
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
	b.value, b.until = msg.value, b.now().Add(revealFor)
	return hideCmd(b, msg.id)
}

// View shows the value or its mask, the steps of the rotation, and the lines for a pipeline.
func (b *SecretBox) View() string {
	lines := b.lines()
	b.top = max(0, min(b.top, len(lines)-b.height))
	return strings.Join(lines[b.top:], "\n")
}

// lines is the whole text, broken where the box ends: a value must never be cut off.
func (b *SecretBox) lines() []string {
	c := b.credential()
	if c == nil {
		return []string{"this credential is gone"}
	}
	text := append(b.valueLines(c), "")
	if b.trouble != "" {
		text = append(text, b.st.Render(styles.Danger, b.trouble), "")
	}
	if r := c.Rotation; r != nil {
		text = append(append(text, b.steps(r)...), "")
	}
	if c.Kind.Shared() {
		text = append(text, PipelineLines()...)
	}
	var lines []string
	for _, line := range text {
		lines = append(lines, term.Wrap(line, max(1, b.width))...)
	}
	return lines
}

func (b *SecretBox) valueLines(c *models.Credential) []string {
	newest := c.Newest()
	switch {
	case newest == nil:
		return []string{"no version of this secret works"}
	case !b.value.Empty():
		return []string{b.st.Render(styles.Accent, b.value.Reveal()), b.st.Render(styles.Muted, "hidden again at "+b.until.Format("15:04:05"))}
	case b.asking:
		return []string{"asking the service…"}
	}
	return []string{fmt.Sprintf("%s  version %d, fingerprint %s", newest.Masked, newest.Version, newest.Fingerprint)}
}

func (b *SecretBox) steps(r *models.Rotation) []string {
	at := func(t time.Time) string { return t.In(b.now().Location()).Format("2006-01-02 15:04") }
	step := func(done bool, text string) string {
		if done {
			return b.st.Symbols.StepDone + " " + text
		}
		return b.st.Symbols.StepDue + " " + text
	}
	lines := []string{step(true, fmt.Sprintf("version %d issued %s by %s", r.NewVersion, at(r.StartedAt), r.StartedBy))}
	switch {
	case r.State == models.RotationPending:
		return append(lines, step(false, "waiting for its first use; version "+fmt.Sprint(r.OldVersion)+" goes on working"))
	case !r.FirstUse.IsZero():
		lines = append(lines, step(true, "first used "+at(r.FirstUse)))
	case !r.ConfirmedAt.IsZero():
		lines = append(lines, step(true, "confirmed "+at(r.ConfirmedAt)))
	}
	if r.State == models.RotationRetiring {
		return append(lines, step(false, fmt.Sprintf("version %d works until %s", r.OldVersion, at(r.GraceEnds))))
	}
	return append(lines, step(true, r.State.Label()+" "+at(r.EndedAt)))
}

// PipelineLines says what to change where a pipeline reads its credential. The value itself
// belongs into the CI system's secret, never into the file.
func PipelineLines() []string {
	return []string{
		"put it into the secret of your CI system, then:",
		"  GitHub   LOCALSTACK_AUTH_TOKEN: ${{ secrets.LOCALSTACK_AUTH_TOKEN }}",
		"  GitLab   LOCALSTACK_AUTH_TOKEN: $LOCALSTACK_AUTH_TOKEN",
		"  shell    export LOCALSTACK_AUTH_TOKEN",
		"images before 3.0 read LOCALSTACK_API_KEY: put the new token there",
	}
}

package dialogs

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/ui/words"
)

// MendConfig is what a Mend shows.
type MendConfig struct {
	Title   string
	Write   bool // it asks whether to write; else it only shows
	Preview func(context.Context) (kit.Mending, error)
}

// WriteWanted is the decision to write what was shown.
type WriteWanted struct {
	Write func(context.Context) ([]kit.FileOutcome, error)
}

// Mend shows what mends findings as a diff, asks whether to write it, and then says what became of each file.
type Mend struct {
	cfg     MendConfig
	st      *styles.Styles
	stage   stage
	mending kit.Mending
	make    func() []toned // the lines for the present width
	lines   []toned
	wide    int // cells of the widest line
	trouble error
	onWrite bool // the button that writes has the focus
	top     int
	left    int
	width   int
	height  int
}

// mendingMsg answers what would change.
type mendingMsg struct {
	to      *Mend
	mending kit.Mending
	err     error
}

// stage is how far a Mend is.
type stage int

const (
	working stage = iota // it is found out what would change
	showing              // the diff
	writing              // it is being written
	over                 // what became of it
)

var _ kit.Dialog = (*Mend)(nil)

// NewMend returns the dialog. It asks for what would change when it is opened.
func NewMend(st *styles.Styles, cfg MendConfig) *Mend {
	m := &Mend{cfg: cfg, st: st}
	m.put(m.one("reading the files"))
	return m
}

// Title says what is mended.
func (m *Mend) Title() string { return m.cfg.Title }

// Init asks for what would change.
func (m *Mend) Init() tea.Cmd { return mendingCmd(m) }

// SetSize sets the room of the body.
func (m *Mend) SetSize(width, height int) {
	m.width, m.height = width, height
	m.layout()
}

// CapturesText is never true: there is no field.
func (m *Mend) CapturesText() bool { return false }

// Busy reports whether files are being written.
func (m *Mend) Busy() bool { return m.stage == writing }

// Close does nothing: a diff holds no secret.
func (m *Mend) Close() {}

// asks reports whether there is something to write, and it is asked whether to.
func (m *Mend) asks() bool { return m.stage == showing && m.cfg.Write && len(m.mending.Files) > 0 }

// Hints lists the keys that work.
func (m *Mend) Hints() []kit.Hint {
	var hints []kit.Hint
	if below := len(m.lines) - m.room() - m.top; below > 0 {
		hints = append(hints, kit.Hint{Key: "pgdn", Label: fmt.Sprintf("%d more", below)})
	} else if m.top > 0 {
		hints = append(hints, kit.Hint{Key: "pgup", Label: "back"})
	}
	if m.wide > m.width {
		hints = append(hints, kit.Hint{Key: "right", Label: "sideways"})
	}
	if m.asks() {
		return append(hints, kit.Hint{Key: "tab", Label: "move"}, kit.Hint{Key: "enter", Label: "press"}, kit.Hint{Key: "esc", Label: "cancel"})
	}
	return append(hints, kit.Hint{Key: "esc", Label: "close"})
}

// Update takes a key, or what was asked for.
func (m *Mend) Update(msg tea.Msg) (kit.Decision, tea.Cmd) {
	switch msg := msg.(type) {
	case mendingMsg:
		if msg.to == m {
			m.came(msg)
		}
	case kit.FixedMsg:
		if m.stage == writing {
			m.wrote(msg)
		}
	case tea.KeyMsg:
		return m.key(msg), nil
	}
	return nil, nil
}

func (m *Mend) came(msg mendingMsg) {
	m.stage, m.mending, m.trouble = showing, msg.mending, msg.err
	m.put(m.diff)
}

func (m *Mend) wrote(msg kit.FixedMsg) {
	m.stage, m.trouble = over, msg.Err
	m.put(func() []toned { return m.outcomes(msg.Files) })
}

// put shows other lines, from their beginning.
func (m *Mend) put(lines func() []toned) {
	m.make, m.top, m.left = lines, 0, 0
	m.layout()
}

func (m *Mend) layout() {
	m.lines, m.wide = m.make(), 0
	for _, line := range m.lines {
		m.wide = max(m.wide, term.Width(line.text))
	}
}

// one is a single line about what is under way.
func (m *Mend) one(what string) func() []toned {
	return func() []toned { return []toned{{tone: styles.Muted, text: what + m.st.Symbols.Ellipsis}} }
}

func (m *Mend) key(key tea.KeyMsg) kit.Decision {
	page := max(1, m.room()-1)
	switch key.String() {
	case "esc":
		if m.stage == writing {
			return nil
		}
		return kit.Dismissed{}
	case "tab", "shift+tab":
		m.onWrite = m.asks() && !m.onWrite
	case "enter":
		return m.press()
	case "up", "k":
		m.scroll(-1)
	case "down", "j":
		m.scroll(1)
	case "pgup", "ctrl+b":
		m.scroll(-page)
	case "pgdown", "ctrl+f", " ":
		m.scroll(page)
	case "home", "g":
		m.scroll(-len(m.lines))
	case "end", "G":
		m.scroll(len(m.lines))
	case "left", "h":
		m.sideways(-8)
	case "right", "l":
		m.sideways(8)
	}
	return nil
}

func (m *Mend) press() kit.Decision {
	switch {
	case m.stage == writing:
		return nil
	case !m.onWrite:
		return kit.Dismissed{}
	}
	m.stage, m.onWrite = writing, false
	m.put(m.one("writing"))
	return WriteWanted{Write: m.mending.Write}
}

func (m *Mend) scroll(by int)   { m.top = max(0, min(m.top+by, len(m.lines)-m.room())) }
func (m *Mend) sideways(by int) { m.left = max(0, min(m.left+by, m.wide-m.width)) }

// diff is the change as lines: first what it comes to, then every file.
func (m *Mend) diff() []toned {
	if m.trouble != nil {
		return wrapToned(styles.Danger, term.Clean(m.trouble.Error()), m.width)
	}
	lines := wrapToned(styles.Title, m.summary(), m.width)
	for _, f := range m.mending.Refused {
		lines = append(lines, wrapToned(styles.Warning, words.Outcome(f), m.width)...)
	}
	for _, f := range m.mending.Files {
		lines = append(lines, toned{})
		for _, line := range f.Lines {
			lines = append(lines, toned{tone: toneOf[line.Part], text: term.Clean(line.Text)})
		}
	}
	return lines
}

var toneOf = map[kit.DiffPart]styles.Tone{
	kit.DiffFile: styles.Title, kit.DiffPlace: styles.Accent, kit.DiffGone: styles.Danger, kit.DiffMade: styles.OK, kit.DiffHint: styles.Muted,
}

func (m *Mend) summary() string {
	findings := 0
	for _, f := range m.mending.Files {
		findings += f.Findings
	}
	if len(m.mending.Files) == 0 {
		return "Nothing can be written."
	}
	text := fmt.Sprintf("%s, %s. Nothing else in these files changes.", cells.Plural(int64(findings), "finding"), cells.Plural(int64(len(m.mending.Files)), "file"))
	if !m.cfg.Write {
		return text + " Nothing is written yet."
	}
	return text
}

// outcomes says what became of each file.
func (m *Mend) outcomes(files []kit.FileOutcome) []toned {
	text, all := words.Wrote(files)
	tone := styles.OK
	if !all {
		tone = styles.Warning
	}
	lines := wrapToned(tone, strings.ToUpper(text[:1])+text[1:]+".", m.width)
	if m.trouble != nil {
		lines = append(lines, wrapToned(styles.Danger, term.Clean(m.trouble.Error()), m.width)...)
	}
	lines = append(lines, toned{})
	for _, refused := range []bool{true, false} {
		for _, f := range files {
			if (f.Refused != "") == refused {
				lines = append(lines, wrapToned(styles.Text, words.Outcome(f), m.width)...)
			}
		}
	}
	return lines
}

func wrapToned(tone styles.Tone, text string, width int) []toned {
	var lines []toned
	for _, line := range term.Wrap(text, max(1, width)) {
		lines = append(lines, toned{tone: tone, text: line})
	}
	return lines
}

// room is how many lines are left above the buttons.
func (m *Mend) room() int { return max(1, m.height-len(m.buttons())-1) }

// View shows the lines that fit, and the buttons below them.
func (m *Mend) View() string {
	m.scroll(0)
	m.sideways(0)
	var out []string
	for _, line := range m.lines[m.top:min(len(m.lines), m.top+m.room())] {
		out = append(out, m.st.Render(line.tone, m.visible(line.text)))
	}
	return strings.Join(append(append(out, ""), m.buttons()...), "\n")
}

// visible is the part of a line that is not scrolled out.
func (m *Mend) visible(text string) string {
	if m.left > 0 {
		text = term.Skip(text, m.left)
	}
	return term.Cut(text, m.width, m.st.Symbols.Ellipsis)
}

func (m *Mend) buttons() []string {
	switch {
	case m.stage == writing:
		return nil
	case !m.asks():
		return []string{m.button(true, "Close")}
	}
	cancel, write := m.button(!m.onWrite, "Cancel"), m.button(m.onWrite, "Write "+cells.Plural(int64(len(m.mending.Files)), "file"))
	if line := cancel + "   " + write; term.Width(line) <= m.width {
		return []string{line}
	}
	return []string{cancel, write}
}

func (m *Mend) button(focus bool, label string) string {
	text := "[ " + label + " ]"
	if focus {
		return m.st.Symbols.Cursor + " " + m.st.Render(styles.Selection, text)
	}
	return "  " + text
}

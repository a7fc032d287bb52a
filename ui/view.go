package ui

import (
	"cmp"
	"fmt"
	"strings"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/term"
)

// Lines around the body: header, a line of messages, footer.
const chrome = 3

func (a *App) bodyHeight() int { return max(1, a.size.height-chrome) }

// View is the frame: exactly as large as the terminal.
func (a *App) View() string {
	if a.size.width == 0 {
		return ""
	}
	if a.mode() == tooSmall {
		text := fmt.Sprintf("keyturn needs %dx%d cells; here are %dx%d. q quits", minWidth, minHeight, a.size.width, a.size.height)
		return term.Clip(strings.Join(term.Wrap(text, a.size.width), "\n"), a.size.width, a.size.height)
	}
	body, hints := a.screen().View(), a.hints()
	if d := a.top(); d != nil {
		body = a.dialogView(d)
	}
	body = term.Clip(body, a.size.width, a.bodyHeight())
	frame := strings.Join([]string{a.header(), body, a.messageLine(), a.footer(hints)}, "\n")
	return term.Clip(frame, a.size.width, a.size.height)
}

func (a *App) dialogView(d *opened) string {
	lines := []string{"  " + a.st.Render(styles.Title, term.Cut(d.Title(), a.size.width-4, a.st.Symbols.Ellipsis)), ""}
	for line := range strings.SplitSeq(d.View(), "\n") {
		lines = append(lines, "  "+line)
	}
	return strings.Join(lines, "\n")
}

// header names the screens, the workspace and what must not be overlooked. When room is short the
// names of the other screens go first, then their keys.
func (a *App) header() string {
	right := a.badges()
	room := a.size.width - term.Width(right) - 1
	whole := func(key int, title string) string { return fmt.Sprintf(" %d %s ", key, title) }
	tight := func(key int, title string) string { return fmt.Sprintf(" %d %s", key, title) }
	alone := func(key int, _ string) string { return fmt.Sprintf(" %d ", key) }
	for _, left := range []string{a.tabs(whole, whole), a.tabs(tight, tight), a.tabs(whole, alone)} {
		if term.Width(left) <= room {
			return term.Pad(left, room) + " " + right
		}
	}
	left := a.st.Render(styles.Selection, term.Cut(whole(a.active+1, a.screen().Title()), max(0, room), ""))
	return term.Pad(left, room) + " " + right
}

// tabs is the screens with their keys, written in one way if they are shown and in another if not.
func (a *App) tabs(shown, other func(key int, title string) string) string {
	var b strings.Builder
	for i, s := range a.screens {
		if i == a.active {
			b.WriteString(a.st.Render(styles.Selection, shown(i+1, s.Title())))
		} else {
			b.WriteString(a.st.Render(styles.Muted, other(i+1, s.Title())))
		}
	}
	return b.String()
}

func (a *App) badges() string {
	parts := []string{}
	if !a.book.Online {
		parts = append(parts, a.st.Render(styles.Badge, " offline since "+a.clock(a.book.Since)+" "))
	}
	if a.book.Doubt != nil {
		parts = append(parts, a.st.Render(styles.Badge, " history in doubt "))
	}
	if a.book.ReadOnly {
		parts = append(parts, a.st.Render(styles.Badge, " read-only "))
	}
	name := "connecting…"
	if a.book.HasSpace {
		name = a.book.Workspace.Name
	}
	parts = append(parts, a.st.Render(styles.Title, term.Cut(name, max(8, a.size.width/3), a.st.Symbols.Ellipsis)))
	return strings.Join(parts, " ")
}

func (a *App) messageLine() string {
	t := a.toasts.shown
	if t == nil {
		return a.st.Render(styles.Muted, term.Cut(" "+cmp.Or(a.progress(), a.screen().Status()), a.size.width, a.st.Symbols.Ellipsis))
	}
	tone, word := styles.OK, ""
	switch t.Level {
	case kit.Warn:
		tone, word = styles.Warning, "note: "
	case kit.Fail:
		tone, word = styles.Danger, "failed: "
	}
	text := " " + word + t.Text
	if t.Fix != "" {
		text += ". To do: " + t.Fix
	}
	if t.Fix != "" && term.Width(text) > a.size.width && a.top() == nil {
		const whole = " (m: all)" // what to do stands at the end
		return a.st.Render(tone, term.Cut(text, a.size.width-len(whole), a.st.Symbols.Ellipsis)+whole)
	}
	return a.st.Render(tone, term.Cut(text, a.size.width, a.st.Symbols.Ellipsis))
}

func (a *App) hints() []kit.Hint {
	if d := a.top(); d != nil {
		return d.Hints()
	}
	var hints []kit.Hint
	for _, act := range a.screen().Actions() {
		if act.Footer && act.Disabled == "" {
			hints = append(hints, kit.Hint{Key: act.Key(), Label: act.Label})
		}
	}
	return append(hints, kit.Hint{Key: "?", Label: "help"}, kit.Hint{Key: "q", Label: "quit"})
}

func (a *App) footer(hints []kit.Hint) string {
	var parts []string
	used := 0
	for _, h := range hints {
		width := term.Width(h.Key) + term.Width(h.Label) + 3
		if used+width > a.size.width {
			break
		}
		used += width
		parts = append(parts, a.st.Render(styles.Key, h.Key)+" "+h.Label)
	}
	return " " + strings.Join(parts, "  ")
}

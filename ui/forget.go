package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/plan"
	"example.com/keyturn/ui/dialogs"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

type (
	// lyingMsg is what was left on this machine, as it can be given up.
	lyingMsg struct {
		list []rotation.Loose
		err  error
	}
	// forgottenMsg is that one thing was given up, in words, or why it was not.
	forgottenMsg struct {
		said string
		err  error
	}
)

// askForget looks for what can be given up: on this machine, whether the service answers or not.
func (a *App) askForget() tea.Cmd {
	switch {
	case a.book.ReadOnly:
		return a.sorry("keyturn was started with --read-only")
	case len(a.dialogs) > 0:
		return nil
	}
	return lyingCmd(a.ports.Local)
}

// onLying asks which of several is meant, and then whether it is to be given up.
func (a *App) onLying(msg lyingMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		return a.toast(kit.ErrorToast(msg.err))
	case len(msg.list) == 0:
		return a.toast(kit.Toast{Text: words.NothingToForget})
	case len(a.dialogs) > 0:
		return nil
	case len(msg.list) == 1:
		return a.askForgetting(msg.list[0])
	}
	entries := make([]dialogs.Entry, len(msg.list))
	for i, one := range msg.list {
		entries[i] = dialogs.Entry{Label: words.LooseLine(one, a.named, a.serviceClock()), Value: one}
	}
	return a.open(dialogs.NewPicker(a.st, "forget: which one?", entries, nil), false, func(d kit.Decision) tea.Cmd {
		one, ok := d.(dialogs.Picked).Value.(rotation.Loose)
		if !ok {
			return nil
		}
		return a.askForgetting(one)
	})
}

// askForgetting says what is lost with one thing. Where nobody knows what became of it, that has to be meant.
func (a *App) askForgetting(one rotation.Loose) tea.Cmd {
	uncertain := plan.Uncertain(one, a.book.Credential)
	name := words.LooseName(uncertain)
	q := dialogs.Question{
		Title: "Forget", Place: a.place(), Targets: uncertain, Verb: "Forget it",
		Lines: plan.Forgetting(one, name, a.serviceClock()),
	}
	if len(uncertain) > 0 {
		q.Field = words.TypeField(uncertain)
		q.Needs = func(_ int, text string) string { return words.NeedsName(uncertain, text) }
	}
	return a.open(dialogs.NewAsk(a.st, q), false, func(d kit.Decision) tea.Cmd {
		if _, ok := d.(dialogs.Answer); !ok {
			return nil
		}
		return forgetCmd(a.ports.Local, one, plan.Forgotten(one, name))
	})
}

// onForgotten tells it, and looks for what is still left.
func (a *App) onForgotten(msg forgottenMsg) tea.Cmd {
	said := kit.Toast{Text: msg.said}
	if msg.err != nil {
		said = kit.ErrorToast(msg.err)
	}
	told := a.toast(said)
	if !a.book.HasSpace { // nobody has told yet whose the rest is
		return told
	}
	return tea.Batch(told, a.unfinishedCmd(toKnow))
}

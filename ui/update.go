package ui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/ui/dialogs"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/term"
)

// Update takes a message, and keeps counting what counts down on the screen after it.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := a.take(msg)
	return a, tea.Batch(cmd, a.keepCounting())
}

// take is the table of contents of the root.
func (a *App) take(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.size.width, a.size.height = msg.Width, msg.Height
		a.resize()
		return nil
	case tea.KeyMsg:
		return a.onKeys(msg)
	case loadedMsg:
		return a.onLoaded(msg)
	case changesMsg:
		return a.onChanges(msg)
	case retryMsg:
		return a.onRetry(msg)
	case leftMsg:
		return a.onLeft(msg)
	case lyingMsg:
		return a.onLying(msg)
	case forgottenMsg:
		return a.onForgotten(msg)
	case plannedMsg:
		return a.onPlanned(msg)
	case batchMsg:
		return a.onBatch(msg)
	case watchedMsg:
		return a.onWatched(msg)
	case toastOverMsg:
		a.toasts.over(msg.serial)
		return nil
	case outcomeMsg:
		return a.onOutcome(msg)
	case copiedMsg:
		return a.onCopied(msg)
	case clearMsg:
		return a.onClear(msg)
	case secondMsg:
		return a.onSecond(msg)
	case minuteMsg:
		return tea.Batch(minuteCmd(a.ports.Now), a.everyone(kit.TickMsg{Now: a.ports.Now()}))
	}
	return a.onAsked(msg)
}

// onAsked answers what children ask upward; anything else is a reply to one of them.
func (a *App) onAsked(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case kit.GoMsg:
		return a.goTo(msg)
	case kit.ToastMsg:
		return a.toast(msg.Toast)
	case kit.CopySecretMsg:
		return copySecretCmd(a.ports, msg)
	case kit.CopyTextMsg:
		return copyTextCmd(a.ports, msg)
	case kit.RefreshMsg:
		return a.load()
	case kit.ReposKnownMsg, kit.ScannedMsg, kit.RemoveReposMsg:
		return a.learnRepos(msg)
	case kit.FixedMsg:
		return a.onFixed(msg)
	case kit.OpenDialogMsg, kit.StartRotateMsg, kit.StartStepMsg, kit.StartChangeMsg, kit.RevealMsg, kit.AddRepoMsg, kit.ShowFixMsg:
		if len(a.dialogs) > 0 {
			return nil // the key was pressed twice, or before the question on the screen was seen
		}
		return a.onQuestion(msg)
	}
	return tea.Batch(a.everyone(msg), a.toDialogs(msg))
}

// toDialogs hands a message to every dialog. The one on top may decide by it.
func (a *App) toDialogs(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	var decided kit.Decision
	for i := range a.dialogs {
		decision, cmd := a.dialogs[i].Update(msg)
		cmds = append(cmds, cmd)
		if i == len(a.dialogs)-1 {
			decided = decision
		}
	}
	return tea.Batch(tea.Batch(cmds...), a.decide(decided))
}

// onQuestion opens the dialog that a screen asks for.
func (a *App) onQuestion(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case kit.OpenDialogMsg:
		return a.open(msg.Dialog, false, nil)
	case kit.StartRotateMsg:
		return a.askRotate(msg.Targets)
	case kit.StartStepMsg:
		return a.askStep(msg)
	case kit.StartChangeMsg:
		return a.askChange(msg)
	case kit.RevealMsg:
		return a.openSecretBox(msg.Target, msg.Show)
	case kit.AddRepoMsg:
		return a.askFolder()
	case kit.ShowFixMsg:
		return a.showFix(msg)
	}
	return nil
}

func (a *App) onKeys(msg tea.KeyMsg) tea.Cmd {
	keys, ok := term.SplitKeys(msg, a.capturesText())
	if !ok {
		return a.toast(kit.Toast{Level: kit.Warn, Text: "pasted text does nothing here", Fix: "press / first to search for it"})
	}
	var cmds []tea.Cmd
	for _, key := range keys {
		cmds = append(cmds, a.onKey(key))
	}
	return tea.Batch(cmds...)
}

func (a *App) onKey(key tea.KeyMsg) tea.Cmd {
	if key.String() == "ctrl+c" {
		return a.onInterrupt()
	}
	switch a.mode() {
	case tooSmall:
		if key.String() == "q" {
			return tea.Quit
		}
		return nil
	case inDialog:
		return a.onDialogKey(key)
	case typing:
		return a.screen().Update(key)
	}
	if act, ok := a.rootAction(key); ok {
		return a.run(act.ID)
	}
	return a.screen().Update(key)
}

// deafFor is how long a fresh dialog ignores keys that were already under way.
const deafFor = 150 * time.Millisecond

func (a *App) onDialogKey(key tea.KeyMsg) tea.Cmd {
	d := a.top()
	if a.ports.Now().Sub(d.at) < deafFor {
		return nil
	}
	decision, cmd := d.Update(key)
	return tea.Batch(cmd, a.decide(decision))
}

// decide does what a decision of the dialog on top means; nil means nothing.
func (a *App) decide(decision kit.Decision) tea.Cmd {
	if decision == nil {
		return nil
	}
	d := *a.top()
	_, dismissed := decision.(kit.Dismissed)
	if dismissed || !d.stays {
		a.closeTop()
	}
	if dismissed || d.decide == nil {
		return nil
	}
	return d.decide(decision)
}

// interruptAgain is how soon a second ctrl+c must follow to quit: as long as the message says so.
const interruptAgain = 4 * time.Second

func (a *App) onInterrupt() tea.Cmd {
	if a.mode() == tooSmall {
		return tea.Quit
	}
	if len(a.dialogs) > 0 {
		a.closeTop()
		return nil
	}
	if a.pause() {
		return a.toast(kit.Toast{Text: "pausing: what is under way still finishes"})
	}
	if s, ok := a.screen().(kit.Stopper); ok {
		if cmd, was := s.Stop(); was {
			return cmd
		}
	}
	if now := a.ports.Now(); now.Sub(a.quit.asked) > interruptAgain {
		a.quit.asked = now
		return a.toast(kit.Toast{Text: "press ctrl+c again to quit"})
	}
	return tea.Quit
}

// leave quits, unless a change is still under way: then it asks.
func (a *App) leave() tea.Cmd {
	if a.running == 0 {
		return tea.Quit
	}
	lines := []string{"The service has not answered a change yet. It may be made or not; the activity will show it."}
	if a.batch != nil {
		lines = append(lines, "What is left of the plan stays: a later console goes on with it at a press of R.")
	}
	ask := dialogs.NewAsk(a.st, dialogs.Question{Title: "Quit", Verb: "Quit all the same", Lines: lines})
	return a.open(ask, false, func(d kit.Decision) tea.Cmd {
		if _, ok := d.(dialogs.Answer); ok {
			return tea.Quit
		}
		return nil
	})
}

func (a *App) rootAction(key tea.KeyMsg) (actions.Spec, bool) {
	for _, s := range actions.For(actions.Everywhere) {
		if (kit.Action{Spec: s}).Matches(key) {
			return s, s.ID != actions.Back || !a.screen().StepsOut()
		}
	}
	return actions.Spec{}, false
}

// run does one of the actions that work everywhere.
func (a *App) run(id actions.ID) tea.Cmd {
	switch id {
	case actions.Help:
		return a.openActions("help")
	case actions.Palette:
		return a.openActions("command palette")
	case actions.NextScreen:
		return a.goTo(kit.GoMsg{Scope: a.screens[(a.active+1)%len(a.screens)].Scope()})
	case actions.PrevScreen:
		return a.goTo(kit.GoMsg{Scope: a.screens[(a.active+len(a.screens)-1)%len(a.screens)].Scope()})
	case actions.GoOverview:
		return a.goTo(kit.GoMsg{Scope: actions.Overview})
	case actions.GoCITokens:
		return a.goTo(kit.GoMsg{Scope: actions.CITokens})
	case actions.GoMembers:
		return a.goTo(kit.GoMsg{Scope: actions.Members})
	case actions.GoLegacy:
		return a.goTo(kit.GoMsg{Scope: actions.Legacy})
	case actions.GoActivity:
		return a.goTo(kit.GoMsg{Scope: actions.Activity})
	case actions.GoRepos:
		return a.goTo(kit.GoMsg{Scope: actions.Repositories})
	case actions.Refresh:
		return a.load()
	case actions.Finish:
		return a.finish()
	case actions.Forget:
		return a.askForget()
	case actions.Messages:
		return a.openMessages()
	case actions.NextTheme:
		return a.nextTheme()
	case actions.Back:
		a.toasts.dismiss()
		return nil
	case actions.Quit:
		return a.leave()
	}
	return nil
}

func (a *App) nextTheme() tea.Cmd {
	next := a.st.Next()
	*a.st = *next
	return a.toast(kit.Toast{Text: "theme: " + a.st.Theme.Label})
}

// resize tells everybody the room they have.
func (a *App) resize() {
	width, height := a.size.width, a.bodyHeight()
	for _, s := range a.screens {
		s.SetSize(width, height)
	}
	for i := range a.dialogs {
		a.dialogs[i].SetSize(width-4, height-2)
	}
}

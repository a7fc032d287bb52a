package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/ui/dialogs"
	"example.com/keyturn/ui/follow"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

// leftMsg is what an earlier keyturn of this user at this service has not come to the end of.
type leftMsg struct {
	plans []bulk.Standing
	list  []journal.Found // rotations and steps without a known outcome
	why   lookedWhy
	err   error
}

// lookedWhy is why somebody looks for what was left.
type lookedWhy int

const (
	toKnow lookedWhy = iota
	toSay            // what there is
	toAsk            // whether to go on with it
)

// unfinishedCmd looks for plans that were left, and into the journal.
func (a *App) unfinishedCmd(why lookedWhy) tea.Cmd {
	if a.ports.Unfinished == nil {
		return nil
	}
	return func() tea.Msg {
		left, err := follow.Unfinished(context.Background(), a.ports)
		return leftMsg{plans: left.Plans, list: left.Intents, why: why, err: err}
	}
}

func (a *App) onLeft(msg leftMsg) tea.Cmd {
	if msg.err != nil {
		return a.toast(kit.ErrorToast(msg.err))
	}
	a.book.PutUnfinished(msg.list)
	a.book.PutPlans(msg.plans)
	told := a.everyone(kit.BookChangedMsg{})
	if msg.why == toAsk {
		return tea.Batch(told, a.askFinish(msg.plans, msg.list))
	}
	left := words.LeftAndHow(msg.plans, msg.list, a.named, words.ToFinishAsk, words.ToFinishGoOn)
	if left == "" || msg.why != toSay {
		return told
	}
	return tea.Batch(told, a.toast(kit.Toast{Level: kit.Warn, Text: left}))
}

// lookAgain looks once more for what was left, as long as something was: somebody may have finished it elsewhere, or
// given it up, of which no service tells.
func (a *App) lookAgain() tea.Cmd {
	if len(a.book.Plans())+len(a.book.Unfinished()) == 0 {
		return nil
	}
	return a.unfinishedCmd(toKnow)
}

func (a *App) named(id models.CredentialID) string { return words.Naming(a.book.Credential)(id) }

// unfinishedOf is what has no known outcome among these credentials.
func (a *App) unfinishedOf(targets []*models.Credential) (list []journal.Found) {
	for _, c := range targets {
		list = append(list, a.book.UnfinishedOf(c.ID)...)
	}
	return list
}

// finish looks for what was left until now, whoever left it while this console is open, and asks whether to go on.
func (a *App) finish() tea.Cmd {
	if !a.book.HasSpace { // who asks is not known
		return a.sorry(words.NotToldYet)
	}
	if look := a.unfinishedCmd(toAsk); look != nil {
		return look
	}
	return a.askFinish(nil, nil)
}

// askFinish asks whether to go on with these plans, and to ask the service what became of these.
func (a *App) askFinish(plans []bulk.Standing, list []journal.Found) tea.Cmd {
	list = words.Uncovered(list, plans)
	switch {
	case len(plans)+len(list) == 0:
		return a.toast(kit.Toast{Text: words.NothingLeft})
	case a.book.ReadOnly:
		return a.sorry("keyturn was started with --read-only")
	case len(a.dialogs) > 0:
		return nil
	}
	return a.open(dialogs.NewAsk(a.st, a.finishing(plans, list)), false, func(d kit.Decision) tea.Cmd {
		if _, ok := d.(dialogs.Answer); !ok {
			return nil
		}
		var cmds []tea.Cmd
		for _, s := range plans {
			cmds = append(cmds, takeCmd(a.ports.Plans, s.File))
		}
		var jobs []job
		for _, found := range list {
			jobs = append(jobs, a.resuming(found))
		}
		if len(jobs) > 0 {
			cmds = append(cmds, a.launchAll("ask", jobs))
		}
		return tea.Batch(cmds...)
	})
}

// finishing is the question of what was left.
func (a *App) finishing(plans []bulk.Standing, list []journal.Found) dialogs.Question {
	q := dialogs.Question{Title: "no known outcome", Place: a.place(), Verb: "Ask the service"}
	for _, s := range plans {
		q.Lines = append(append(q.Lines, words.PlanLines(s, a.serviceClock())...), "")
	}
	if len(plans) > 0 {
		q.Title, q.Verb = "Half done", "Go on"
		q.Lines = append(q.Lines, words.GoOnWhat)
	}
	for _, found := range list {
		q.Lines = append(q.Lines, words.UnfinishedLine(found, a.named(found.Credential()), a.serviceClock()))
	}
	if len(list) > 0 {
		q.Lines = append(q.Lines, "", words.AskWhat)
	}
	if severe := words.Severe(plans); len(severe) > 0 {
		q.Field = words.TypeField(severe)
		q.Needs = func(_ int, text string) string { return words.NeedsName(severe, text) }
	}
	return q
}

func (a *App) resuming(found journal.Found) job {
	return job{
		what: found.What() + " " + a.named(found.Credential()), id: found.Credential(), box: found.Rotate != nil,
		do: func(ctx context.Context) (models.Credential, error) {
			res, err := a.ports.Unfinished.Resume(ctx, found.Key)
			if err == nil && res.Outcome != rotation.Done {
				err = res.Err
			}
			return res.Credential, err
		},
	}
}

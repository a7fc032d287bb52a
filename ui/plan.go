package ui

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/ui/batch"
	"example.com/keyturn/ui/dialogs"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

type (
	// plannedMsg is a plan that is written down, or was taken to go on with it.
	plannedMsg struct {
		run  *bulk.Run
		left bool // it is one that was left
		err  error
	}
	// batchMsg is how one rotation of a plan ended, or that the run did.
	batchMsg struct {
		of     *batch.Batch
		result bulk.Result
		more   bool
	}
)

// rotateAll rotates what was seen: one at once, several by a plan that is kept before any is sent.
func (a *App) rotateAll(seen []*models.Credential, wanted dialogs.RotateWanted) tea.Cmd {
	request := func(at int) models.RotateRequest {
		return models.RotateRequest{Credential: seen[at].ID, Seen: seen[at].Revision, Overlap: wanted.Overlap, Key: a.ports.Rotator.NewKey()}
	}
	if len(seen) == 1 {
		return a.launch(a.rotation(request(0)))
	}
	return keepCmd(a.ports.Plans, wanted.Plan.Written(wanted.Plan.Outcome(wanted.Overlap), request))
}

// onPlanned runs a plan, after the one that runs already.
func (a *App) onPlanned(msg plannedMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		told := a.toast(kit.ErrorToast(msg.err))
		if msg.left { // somebody else may have come to its end
			return tea.Batch(told, a.unfinishedCmd(toKnow))
		}
		return told
	case a.batch != nil:
		a.waiting = append(a.waiting, msg.run)
		return nil
	}
	a.running++
	a.batch = batch.Start(msg.run, a.ports.Rotator, a.ports.Now)
	return resultCmd(a.batch)
}

// onBatch learns how a rotation of the plan ended, and waits for the next one.
func (a *App) onBatch(msg batchMsg) tea.Cmd {
	if !msg.more {
		return a.onBatchEnd(msg.of.End())
	}
	msg.of.Count(msg.result)
	next := tea.Batch(a.learn(msg.result.Credential, msg.result.Err), resultCmd(msg.of))
	if msg.result.State != bulk.Done {
		return next
	}
	return tea.Batch(next, a.everyone(kit.DoneMsg{Credentials: []models.CredentialID{msg.result.Credential.ID}}))
}

// onBatchEnd tells how a plan ended, and runs the next one that waits. What is left of it stays on the disk.
func (a *App) onBatchEnd(e batch.End) tea.Cmd {
	a.running--
	a.batch = nil
	told := tea.Batch(a.toast(a.ended(e)), a.unfinishedCmd(toKnow), a.nextPlan(e.Paused))
	if e.Standing.Unknown == 0 || e.Paused {
		return told
	}
	ask := dialogs.NewAsk(a.st, dialogs.Question{
		Title: fmt.Sprintf("rotate: %d without an answer", e.Standing.Unknown), Verb: "Ask the service again",
		Lines: []string{words.Unanswered(e.Standing), "", words.AskAgain},
	})
	return tea.Batch(told, a.open(ask, false, func(d kit.Decision) tea.Cmd {
		if _, ok := d.(dialogs.Answer); !ok {
			return nil
		}
		return takeCmd(a.ports.Plans, e.Standing.File)
	}))
}

// nextPlan runs the plan that has waited longest. A pause is one of them all.
func (a *App) nextPlan(paused bool) tea.Cmd {
	if len(a.waiting) == 0 {
		return nil
	}
	if !paused {
		next := a.waiting[0]
		a.waiting = a.waiting[1:]
		return a.onPlanned(plannedMsg{run: next})
	}
	var cmds []tea.Cmd
	for _, run := range a.waiting {
		if err := run.Close(); err != nil {
			cmds = append(cmds, a.toast(kit.ErrorToast(err)))
		}
	}
	a.waiting = nil
	return tea.Batch(cmds...)
}

// ended is what is said at the end of a run.
func (a *App) ended(e batch.End) kit.Toast {
	told := kit.Toast{Text: words.PlanEnded(e, a.serviceClock())}
	s := e.Standing
	switch {
	case s.Failed > 0 || s.Unknown > 0 || e.Err != nil || e.Closed != nil:
		told.Level = kit.Fail
	case s.ToGo() > 0:
		told.Level = kit.Warn
	}
	switch {
	case s.ToGo() > 0:
		told.Fix = "press R to go on"
	case words.LostAny(e):
		told.Fix = toOvertake
	}
	return told
}

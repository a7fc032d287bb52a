package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/ui/kit"
)

// plannedMsg says where the plan of several rotations is kept.
type plannedMsg struct {
	file string
	err  error
	jobs []job
}

// rotateAll rotates what was seen: one at once, several by a plan that is kept before any is sent.
func (a *App) rotateAll(seen []*models.Credential, overlap models.Overlap) tea.Cmd {
	var jobs []job
	p := bulk.Plan{At: a.serviceClock().Now}
	for _, c := range seen {
		req := models.RotateRequest{Credential: c.ID, Seen: c.Revision, Overlap: overlap, Key: a.ports.Rotator.NewKey()}
		jobs = append(jobs, a.rotation(req))
		p.Items = append(p.Items, bulk.Item{Credential: c.ID, Name: c.Label(), Kind: c.Kind, Changes: bulk.Changes(*c), Request: req})
	}
	if len(jobs) == 1 || a.ports.Plans == nil {
		return a.launchAll("rotate", jobs)
	}
	return planCmd(a.ports.Plans, p, a.book.Workspace.Caller, jobs)
}

func (a *App) onPlanned(msg plannedMsg) tea.Cmd {
	if msg.err != nil {
		return a.toast(kit.ErrorToast(msg.err))
	}
	launched := a.launchAll("rotate", msg.jobs)
	a.bulk.plan = msg.file
	return launched
}

// afterPlan forgets the plan of a change that is wholly done, and says of any other how to go on with it.
func (a *App) afterPlan(t *tally, told *kit.Toast) tea.Cmd {
	if t.plan == "" {
		return nil
	}
	if t.done == t.size {
		return forgetPlanCmd(a.ports.Plans, t.plan)
	}
	told.Fix = "go on, even after leaving: keyturn rotate --run " + t.plan
	return nil
}

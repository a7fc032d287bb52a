package ui

import (
	"context"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/dialogs"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

// askChange asks for a change that is not a step of a rotation.
func (a *App) askChange(msg kit.StartChangeMsg) tea.Cmd {
	targets := a.credentials(msg.Targets)
	if reason := a.refused(msg.Action, targets); reason != "" {
		return a.sorry(reason)
	}
	if list := a.unfinishedOf(targets); msg.Action == actions.ResetOwn && len(list) > 0 {
		return a.askFinish(nil, list)
	}
	seen := asSeen(targets)
	return a.open(dialogs.NewAsk(a.st, a.question(msg.Action, seen)), false, func(d kit.Decision) tea.Cmd {
		answer, ok := d.(dialogs.Answer)
		if !ok {
			return nil
		}
		if msg.Action == actions.Create {
			return a.launch(a.creation(strings.TrimSpace(answer.Text)))
		}
		var jobs []job
		for _, c := range seen {
			jobs = append(jobs, a.change(msg.Action, c, strings.TrimSpace(answer.Text)))
		}
		return a.launchAll(actions.Find(msg.Action).Label, jobs)
	})
}

func (a *App) question(id actions.ID, targets []*models.Credential) dialogs.Question {
	spec := actions.Find(id)
	verb := strings.ToUpper(spec.Label[:1]) + spec.Label[1:]
	q := dialogs.Question{Title: verb, Place: a.place(), Targets: targets, Verb: verb, Lines: []string{spec.Tooltip}}
	for _, c := range targets {
		q.Lines = append(q.Lines, words.About(c))
	}
	switch {
	case id == actions.Create || id == actions.Rename:
		q.Field = "name:"
		q.Needs = func(_ int, text string) string {
			if strings.TrimSpace(text) == "" {
				return "a name must not be empty"
			}
			return ""
		}
		if len(targets) == 1 {
			q.Initial = targets[0].Name
		}
	case spec.Danger == actions.Irreversible:
		q.Field = words.TypeField(targets)
		q.Needs = func(_ int, text string) string { return words.NeedsName(targets, text) }
	}
	return q
}

func (a *App) creation(name string) job {
	key := a.ports.Rotator.NewKey()
	return job{what: "create " + name, box: true, do: func(ctx context.Context) (models.Credential, error) {
		return a.ports.Changer.Create(ctx, name, key)
	}}
}

// change is one change of one credential, as the user saw it when the question was asked.
func (a *App) change(id actions.ID, c *models.Credential, text string) job {
	req := models.ChangeRequest{Credential: c.ID, Seen: c.Revision, Key: a.ports.Rotator.NewKey()}
	if id == actions.ResetOwn {
		return a.rotation(models.RotateRequest{Credential: c.ID, Seen: c.Revision, Overlap: models.Overlap{Mode: models.OverlapNone}, Key: req.Key})
	}
	if id == actions.Rename {
		req.Name = text
	}
	send := map[actions.ID]func(context.Context, models.ChangeRequest) (models.Credential, error){
		actions.Rename: a.ports.Changer.Rename,
		actions.Pause:  a.ports.Changer.Pause,
		actions.Resume: a.ports.Changer.Resume,
		actions.Revoke: a.ports.Changer.Revoke,
	}[id]
	return job{what: actions.Find(id).Label + " " + c.Label(), id: c.ID, do: func(ctx context.Context) (models.Credential, error) {
		return send(ctx, req)
	}}
}

// openSecretBox opens the box of a credential; shown at once if that was asked for.
func (a *App) openSecretBox(id models.CredentialID, show bool) tea.Cmd {
	box := dialogs.NewSecretBox(a.st, dialogs.BoxConfig{
		Now: func() time.Time { return a.local(a.ports.Now()) }, Clock: a.serviceClock,
		Credential: func() *models.Credential { return a.book.Credential(id) },
		Read:       func(ctx context.Context) (models.Secret, error) { return a.ports.Secrets.Secret(ctx, id, 0) },
		Usage:      a.ports.Reader.Usage, System: &a.system,
	})
	cmd := a.open(box, true, func(d kit.Decision) tea.Cmd {
		if _, ok := d.(dialogs.CopyWanted); ok {
			return copySecretCmd(a.ports, kit.CopySecretMsg{Target: id})
		}
		return nil
	})
	if show {
		return tea.Batch(cmd, box.Show())
	}
	return cmd
}

// onCopied tells the way that a value went. What was copied before is beyond our reach by now.
func (a *App) onCopied(msg copiedMsg) tea.Cmd {
	if msg.err != nil {
		return a.toast(kit.ErrorToast(msg.err))
	}
	id := a.copies.Next()
	a.secretOut = msg.secret && msg.delivery.Clearable
	told := kit.Toast{Text: msg.what + " " + msg.delivery.Sentence}
	switch {
	case a.secretOut:
		return tea.Batch(a.toast(told), clearLaterCmd(id))
	case msg.secret:
		told.Fix = "clear your clipboard yourself: it cannot be read back from here"
	}
	return a.toast(told)
}

// onClear takes the last copied secret back; after a newer copy its own clearing comes later.
func (a *App) onClear(msg clearMsg) tea.Cmd {
	if !a.copies.Wanted(msg.id) {
		return nil
	}
	a.secretOut = false
	return clearCmd(a.ports)
}

// openActions lists every action of the place, with the reason where one is disabled, and runs
// the one that is picked. Letters also find credentials and members, to go to.
func (a *App) openActions(title string) tea.Cmd {
	var list []kit.Action
	for _, spec := range actions.For(actions.Everywhere) {
		list = append(list, kit.Action{Spec: spec, Run: func() tea.Cmd { return a.run(spec.ID) }})
	}
	list = append(append([]kit.Action{}, a.screen().Actions()...), list...)
	entries := make([]dialogs.Entry, len(list))
	for i, act := range list {
		key := act.Key()
		if key == " " {
			key = "space"
		}
		entries[i] = dialogs.Entry{Key: key, Label: act.Label, Tooltip: act.Tooltip, Disabled: act.Disabled, Value: act}
	}
	return a.open(dialogs.NewPicker(a.st, title, entries, (&directory{book: a.book, screens: a.screens}).offer), false, func(d kit.Decision) tea.Cmd {
		picked, _ := d.(dialogs.Picked)
		switch value := picked.Value.(type) {
		case kit.Action:
			return value.Run()
		case kit.GoMsg:
			return a.goTo(value)
		}
		return nil
	})
}

func (a *App) openMessages() tea.Cmd {
	var entries []dialogs.Entry
	for i := len(a.toasts.history) - 1; i >= 0; i-- {
		t := a.toasts.history[i]
		entry := dialogs.Entry{Key: a.local(t.At).Format("15:04:05"), Label: t.Text}
		if t.Fix != "" {
			entry.Tooltip = "To do: " + t.Fix
		}
		entries = append(entries, entry)
	}
	return a.open(dialogs.NewPicker(a.st, "messages of this session, the newest first", entries, nil), false, nil)
}

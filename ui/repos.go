package ui

import (
	"context"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/ui/dialogs"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

// learnRepos puts what is said of checkouts into the book, and tells everybody.
func (a *App) learnRepos(msg tea.Msg) tea.Cmd {
	repos := &a.book.Repos
	var told tea.Cmd
	switch msg := msg.(type) {
	case kit.ReposKnownMsg:
		repos.PutKnown(msg.Known)
		if repos.Trouble = msg.Err; msg.Err != nil {
			told = a.toast(kit.Toast{Level: kit.Warn, Text: "which repositories were scanned before could not be read: " + msg.Err.Error()})
		}
	case kit.ScannedMsg:
		if repos.Find(msg.Root) == nil {
			return nil // it was taken off the list meanwhile
		}
		repos.Put(msg.Root, msg.Report, msg.At, msg.Stopped, msg.Err)
	case kit.RemoveReposMsg:
		for _, root := range msg.Roots {
			repos.Remove(root)
		}
		told = a.toast(kit.Toast{Text: "taken off the list: " + words.Repositories(len(msg.Roots)) + "; no file was touched"})
	}
	return tea.Batch(told, a.everyone(msg), a.everyone(kit.ReposChangedMsg{}))
}

// askFolder asks for a checkout. The one that is named is scanned at once: nothing is changed by that.
func (a *App) askFolder() tea.Cmd {
	ask := dialogs.NewFolder(a.st, dialogs.FolderConfig{Check: a.ports.Auditor.Folder, Complete: a.ports.Auditor.Complete})
	return a.open(ask, false, func(d kit.Decision) tea.Cmd {
		chosen, ok := d.(dialogs.FolderChosen)
		if !ok {
			return nil
		}
		a.book.Repos.Add(chosen.Root)
		return tea.Batch(
			a.everyone(kit.ReposChangedMsg{}), a.goTo(kit.GoMsg{Scope: actions.Repositories, Select: chosen.Root}),
			a.everyone(kit.ScanMsg{Roots: []string{chosen.Root}}),
		)
	})
}

// showFix shows what mends findings, and writes it if the user wants that. Afterwards the checkouts are
// scanned again: what is left is what counts.
func (a *App) showFix(msg kit.ShowFixMsg) tea.Cmd {
	show := dialogs.NewMend(a.st, dialogs.MendConfig{
		Title: titleOf(msg.Findings), Write: msg.Write,
		Preview: func(ctx context.Context) (kit.Mending, error) { return a.ports.Auditor.Preview(ctx, msg.Findings) },
	})
	return a.open(show, true, func(d kit.Decision) tea.Cmd {
		wanted, ok := d.(dialogs.WriteWanted)
		if !ok {
			return nil
		}
		return writeCmd(wanted.Write)
	})
}

func titleOf(list []finding.Finding) string {
	if len(list) == 1 {
		return "Fix " + words.Short(words.FilePlace(&list[0]))
	}
	return fmt.Sprintf("Fix %d findings", len(list))
}

// onFixed tells what became of the files, to the dialog too if it is still open, and scans what they are of.
func (a *App) onFixed(msg kit.FixedMsg) tea.Cmd {
	var roots []string
	seen := map[string]bool{}
	for _, f := range msg.Files {
		if f.Refused == "" && !seen[f.Root] {
			seen[f.Root] = true
			roots = append(roots, f.Root)
		}
	}
	text, all := words.Wrote(msg.Files)
	toast := kit.Toast{Text: text}
	switch {
	case msg.Err != nil:
		toast = kit.ErrorToast(msg.Err)
		toast.Text = text + "; then it failed: " + toast.Text
	case !all:
		toast.Level = kit.Warn
	}
	return tea.Batch(a.toast(toast), a.toDialogs(msg), a.everyone(kit.ScanMsg{Roots: roots}))
}

package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/follow"
	"example.com/keyturn/ui/kit"
)

// load asks for everything anew. What is known stays until it is replaced.
func (a *App) load() tea.Cmd {
	a.book.Loading, a.book.Loaded = true, 0
	return loadCmd(follow.NewLoader(a.ports.Reader), a.live.loading.Next())
}

func (a *App) onLoaded(msg loadedMsg) tea.Cmd {
	if !a.live.loading.Wanted(msg.id) {
		return nil
	}
	if msg.err != nil {
		return a.offline(msg.id, msg.err)
	}
	a.online()
	if msg.part.Workspace != nil {
		a.live.position = msg.part.Position
	}
	msg.part.Into(a.book, a.ports.Now())
	told := changed(msg.part.Credentials, msg.part.Members)
	told.All = msg.part.Workspace != nil
	var watch tea.Cmd
	if told.All {
		watch = watchCmd(a.ports.Watch, a.book.Workspace)
	}
	if !msg.part.Done {
		return tea.Batch(a.everyone(told), msg.next, watch)
	}
	return tea.Batch(a.everyone(told), watch, a.unfinishedCmd(toSay), changesCmd(a.ports.Reader, msg.id, a.live.position, follow.Wait), giveBackCmd())
}

func changed(credentials []models.Credential, members []models.Member) kit.BookChangedMsg {
	var msg kit.BookChangedMsg
	for i := range credentials {
		msg.Credentials = append(msg.Credentials, credentials[i].ID)
	}
	for i := range members {
		msg.Members = append(msg.Members, members[i].ID)
		if key := members[i].LegacyKey; key != nil {
			msg.Credentials = append(msg.Credentials, key.ID)
		}
	}
	return msg
}

func (a *App) onChanges(msg changesMsg) tea.Cmd {
	if !a.live.loading.Wanted(msg.id) {
		return nil
	}
	if msg.err != nil {
		a.book.Loading = a.book.Loading || follow.LostPlace(msg.err)
		return a.offline(msg.id, msg.err)
	}
	back := !a.book.Online
	a.online()
	if msg.changes.Position < a.live.position {
		return a.load() // not the history that we have followed: the service was set back
	}
	next := changesCmd(a.ports.Reader, msg.id, msg.changes.Position, follow.Wait)
	if msg.changes.Position == a.live.position && !back {
		return tea.Batch(next, a.lookAgain())
	}
	a.live.position = msg.changes.Position
	var watch tea.Cmd
	if msg.workspace != nil {
		a.book.PutWorkspace(*msg.workspace, a.ports.Now())
		watch = watchCmd(a.ports.Watch, *msg.workspace)
	}
	a.book.PutMembers(msg.changes.Members)
	a.book.PutCredentials(msg.changes.Credentials)
	return tea.Batch(a.everyone(changed(msg.changes.Credentials, msg.changes.Members)), a.everyone(kit.EventsMayHaveComeMsg{}), a.lookAgain(), next, watch)
}

// onWatched says once that the history is not to be trusted, and keeps saying so beside the workspace's name.
func (a *App) onWatched(msg watchedMsg) tea.Cmd {
	if !a.book.HearOfHistory(msg.err) {
		return nil
	}
	return tea.Batch(a.toast(kit.ErrorToast(msg.err)), a.everyone(kit.BookChangedMsg{All: true}))
}

// onRetry goes on where the service stopped answering.
func (a *App) onRetry(msg retryMsg) tea.Cmd {
	if !a.live.loading.Wanted(msg.id) {
		return nil
	}
	if a.book.Loading {
		return a.load()
	}
	return changesCmd(a.ports.Reader, msg.id, a.live.position, 0) // it must not wait to say that it is there
}

func (a *App) online() {
	a.live.failures, a.book.Trouble = 0, nil
	if !a.book.Online {
		a.book.Online, a.book.Since = true, a.ports.Now()
	}
}

// offline notes that the service does not answer, says it once, and tries again later.
func (a *App) offline(id kit.ReqID, err error) tea.Cmd {
	retry := retryCmd(id, a.live.failures)
	a.live.failures++
	a.book.Trouble = err
	if !a.book.Online {
		return retry
	}
	a.book.Online, a.book.Since = false, a.ports.Now()
	told := kit.ErrorToast(err)
	told.Level = kit.Warn // the badge stays
	return tea.Batch(a.toast(told), retry, a.everyone(kit.BookChangedMsg{}))
}

package plain

import (
	"context"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
)

// commands is everything that can be typed, in the order in which help reads it.
func commands() []command {
	list := append(secretCommands(), changeCommands()...)
	list = append(list, repoCommands()...)
	list = append(list, listCommands()...)
	list = append(list, goingCommands()...)
	for _, spec := range actions.All() {
		if instead[spec.ID] != "" {
			list = append(list, command{id: spec.ID})
		}
	}
	return list
}

func goingCommands() []command {
	to := func(place actions.Scope) func(*session, context.Context, string) {
		return func(s *session, ctx context.Context, _ string) { s.goTo(ctx, place) }
	}
	return []command{
		{words: []string{"help"}, id: actions.Help, tooltip: "Say what can be done here, and why something cannot; with a few letters, search.", run: (*session).help},
		{words: []string{"where"}, tooltip: "Say where you are, what is selected and whether the service answers.", run: (*session).where},
		{words: []string{"places"}, tooltip: "Read the places; a number goes there.", run: (*session).readPlaces},
		{words: []string{"overview"}, id: actions.GoOverview, run: to(actions.Overview)},
		{words: []string{"ci", "tokens"}, id: actions.GoCITokens, run: to(actions.CITokens)},
		{words: []string{"members"}, id: actions.GoMembers, run: to(actions.Members)},
		{words: []string{"legacy"}, id: actions.GoLegacy, run: to(actions.Legacy)},
		{words: []string{"activity"}, id: actions.GoActivity, run: to(actions.Activity)},
		{words: []string{"repositories", "repos"}, id: actions.GoRepos, run: to(actions.Repositories)},
		{words: []string{"next-screen"}, id: actions.NextScreen, run: func(s *session, ctx context.Context, _ string) { s.goOn(ctx, 1) }},
		{words: []string{"previous-screen"}, id: actions.PrevScreen, run: func(s *session, ctx context.Context, _ string) { s.goOn(ctx, -1) }},
		{words: []string{"finish"}, id: actions.Finish, run: (*session).finish},
		{words: []string{"forget"}, id: actions.Forget, run: (*session).forget},
		{words: []string{"messages"}, id: actions.Messages, run: (*session).readMessages},
		{words: []string{"refresh"}, id: actions.Refresh, run: (*session).refresh},
		{words: []string{"quit", "exit"}, id: actions.Quit, run: func(s *session, _ context.Context, _ string) { s.over = true }},
	}
}

func listCommands() []command {
	return []command{
		{words: []string{"list"}, id: actions.ListTokens, tooltip: "Read the list of this place again, from its beginning.", run: (*session).read20},
		{words: []string{"more"}, anywhere: true, id: actions.PageDown, tooltip: "Read the next 20 lines.", run: (*session).more},
		{words: []string{"before"}, anywhere: true, id: actions.PageUp, tooltip: "Read the 20 lines before once more.", run: (*session).before},
		{words: []string{"next"}, anywhere: true, id: actions.Down, tooltip: "Select the next row.", run: (*session).next},
		{words: []string{"previous"}, anywhere: true, id: actions.Up, tooltip: "Select the row before.", run: (*session).previous},
		{words: []string{"first"}, anywhere: true, id: actions.Top, tooltip: "Select the first row.", run: (*session).top},
		{words: []string{"last"}, anywhere: true, id: actions.Bottom, tooltip: "Select the last row.", run: (*session).bottom},
		{words: []string{"detail"}, id: actions.Detail, tooltip: "Say everything about the selected row.", run: (*session).detail},
		{words: []string{"filter"}, id: actions.Filter, run: (*session).filter},
		{words: []string{"sort"}, id: actions.Sort, tooltip: "Sort by the column that is named; without one, say which there are.", run: (*session).sort},
		{words: []string{"reverse"}, id: actions.ReverseSort, run: (*session).reverse},
		{words: []string{"mark"}, id: actions.Mark, tooltip: "Mark the selected row, or rows by their numbers, to act on several at once; the same word takes the mark away.", run: (*session).mark},
		{words: []string{"mark-all"}, id: actions.MarkAll, run: (*session).markAll},
		{words: []string{"marked"}, tooltip: "Read the marked rows.", run: (*session).marked},
		{words: []string{"back"}, id: actions.Back, tooltip: "Take away the filter, or else what limits the list, or else the marks.", run: (*session).back},
		{words: []string{"next-step"}, id: actions.DoNext, run: (*session).nextStep},
	}
}

func secretCommands() []command {
	return []command{
		{words: []string{"copy"}, id: actions.Copy, run: (*session).copy},
		{words: []string{"copy-id"}, id: actions.CopyID, run: (*session).copyID},
		{words: []string{"reveal"}, id: actions.Reveal, tooltip: "Write the secret, after asking: the line stays in the scrollback.", run: (*session).reveal},
		{words: []string{"lines"}, id: actions.Lines, run: (*session).lines},
		{words: []string{"ask-owner"}, id: actions.AskOwner, run: (*session).askOwner},
	}
}

func repoCommands() []command {
	return []command{
		{words: []string{"scan"}, id: actions.Scan, tooltip: "Look for what is left of legacy credentials in the checkout; ctrl+c stops, and keeps what was found.", run: (*session).scan},
		{words: []string{"stop-scan"}, id: actions.StopScan, tooltip: "Ctrl+c stops a scan: lines do one thing at a time.", run: (*session).stopScan},
		{words: []string{"add"}, id: actions.AddRepo, run: (*session).addRepo},
		{words: []string{"remove"}, id: actions.RemoveRepo, run: (*session).removeRepos},
		{words: []string{"findings"}, id: actions.OpenFindings, run: (*session).openFindings},
		{words: []string{"group"}, id: actions.Regroup, run: (*session).regroup},
		{words: []string{"preview"}, id: actions.PreviewFix, tooltip: "Read what the fix would change, line by line.", run: (*session).previewFix},
		{words: []string{"fix"}, id: actions.Fix, tooltip: "Read what would change, and write it to the files after asking.", run: (*session).fix},
	}
}

func changeCommands() []command {
	return []command{
		{words: []string{"rotate"}, id: actions.Rotate, run: (*session).rotate},
		{words: []string{"confirm"}, id: actions.Confirm, run: takeStep(actions.Confirm, models.StepConfirm)},
		{words: []string{"cancel"}, id: actions.Cancel, run: takeStep(actions.Cancel, models.StepCancel)},
		{words: []string{"rollback"}, id: actions.RollBack, run: takeStep(actions.RollBack, models.StepRollback)},
		{words: []string{"extend"}, id: actions.Extend, run: takeStep(actions.Extend, models.StepExtend)},
		{words: []string{"end"}, id: actions.EndOld, run: takeStep(actions.EndOld, models.StepEnd)},
		{words: []string{"create"}, id: actions.Create, run: (*session).create},
		{words: []string{"rename"}, id: actions.Rename, run: (*session).rename},
		{words: []string{"pause"}, id: actions.Pause, run: changeEach(actions.Pause)},
		{words: []string{"resume"}, id: actions.Resume, run: changeEach(actions.Resume)},
		{words: []string{"revoke"}, id: actions.Revoke, run: changeEach(actions.Revoke)},
		{words: []string{"reset"}, id: actions.ResetOwn, run: (*session).reset},
	}
}

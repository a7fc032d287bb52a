package actions

// The actions.
const (
	Help         ID = "help"
	Palette      ID = "palette"
	NextScreen   ID = "next-screen"
	PrevScreen   ID = "previous-screen"
	GoOverview   ID = "go-overview"
	GoCITokens   ID = "go-ci-tokens"
	GoMembers    ID = "go-members"
	GoLegacy     ID = "go-legacy"
	GoActivity   ID = "go-activity"
	GoRepos      ID = "go-repositories"
	Messages     ID = "messages"
	NextTheme    ID = "next-theme"
	Refresh      ID = "refresh"
	Finish       ID = "finish"
	Forget       ID = "forget"
	Back         ID = "back"
	Quit         ID = "quit"
	Up           ID = "up"
	Down         ID = "down"
	PageUp       ID = "page-up"
	PageDown     ID = "page-down"
	Top          ID = "top"
	Bottom       ID = "bottom"
	ScrollLeft   ID = "scroll-left"
	ScrollRight  ID = "scroll-right"
	Filter       ID = "filter"
	Sort         ID = "sort"
	ReverseSort  ID = "reverse-sort"
	Mark         ID = "mark"
	MarkAll      ID = "mark-all"
	Detail       ID = "detail"
	Copy         ID = "copy"
	CopyID       ID = "copy-id"
	Reveal       ID = "reveal"
	Lines        ID = "pipeline-lines"
	Rotate       ID = "rotate"
	Confirm      ID = "confirm"
	Cancel       ID = "cancel"
	RollBack     ID = "rollback"
	EndOld       ID = "end"
	Extend       ID = "extend"
	Create       ID = "create"
	Rename       ID = "rename"
	Pause        ID = "pause"
	Resume       ID = "resume"
	Revoke       ID = "revoke"
	ResetOwn     ID = "reset"
	AskOwner     ID = "ask-owner"
	DoNext       ID = "next-step"
	ListTokens   ID = "list"
	Import       ID = "import"
	Export       ID = "export"
	LegacyReport ID = "legacy"
	Audit        ID = "audit"
	AddRepo      ID = "add-repository"
	RemoveRepo   ID = "remove-repository"
	Scan         ID = "scan"
	StopScan     ID = "stop-scan"
	OpenFindings ID = "findings"
	Regroup      ID = "regroup"
	PreviewFix   ID = "preview-fix"
	Fix          ID = "fix"
)

var (
	everywhere = []Scope{Everywhere}
	lists      = []Scope{Lists}
	ciOnly     = []Scope{CITokens}
	shared     = []Scope{CITokens, Legacy}
	secrets    = []Scope{CITokens, Members, Legacy}
	repos      = []Scope{Repositories}
)

// All returns the catalogue in the order in which help shows it.
func All() []Spec {
	var all []Spec
	all = append(all, everywhereActions()...)
	all = append(all, listActions()...)
	all = append(all, secretActions()...)
	all = append(all, rotationActions()...)
	all = append(all, credentialActions()...)
	all = append(all, repoActions()...)
	return append(all, commandActions()...)
}

func everywhereActions() []Spec {
	return []Spec{
		{ID: Help, Scopes: everywhere, Keys: []string{"?"}, Label: "help", Tooltip: "Search every action, see why one is disabled, and run it.", Footer: true},
		{ID: Palette, Scopes: everywhere, Keys: []string{"ctrl+p", ":"}, Label: "command palette", Tooltip: "Type a few letters of an action and run it."},
		{ID: NextScreen, Scopes: everywhere, Keys: []string{"tab"}, Label: "next screen", Tooltip: "Go to the next screen."},
		{ID: PrevScreen, Scopes: everywhere, Keys: []string{"shift+tab"}, Label: "previous screen", Tooltip: "Go to the previous screen."},
		{ID: GoOverview, Scopes: everywhere, Keys: []string{"1"}, Label: "overview", Tooltip: "Show the sunset, the migration and what to do next."},
		{ID: GoCITokens, Scopes: everywhere, Keys: []string{"2"}, Label: "CI tokens", Tooltip: "Show the shared CI tokens."},
		{ID: GoMembers, Scopes: everywhere, Keys: []string{"3"}, Label: "members", Tooltip: "Show the members and their personal tokens."},
		{ID: GoLegacy, Scopes: everywhere, Keys: []string{"4"}, Label: "legacy keys", Tooltip: "Show the legacy keys that are left, and why each matters."},
		{ID: GoActivity, Scopes: everywhere, Keys: []string{"5"}, Label: "activity", Tooltip: "Show who did what, when and from where."},
		{ID: GoRepos, Scopes: everywhere, Keys: []string{"6"}, Label: "repositories", Tooltip: "Show what is left of legacy credentials in checkouts."},
		{ID: Refresh, Scopes: everywhere, Keys: []string{"ctrl+r", "f5"}, Label: "refresh", Tooltip: "Ask the service for everything again."},
		{ID: Finish, Scopes: everywhere, Keys: []string{"R"}, Label: "finish rotations", Tooltip: "Go on with plans that are half done, and ask what is not known; nothing is done twice.", Command: "rotation resume"},
		{ID: Forget, Scopes: everywhere, Keys: []string{"F"}, Label: "forget rotations", Tooltip: "Give up a plan, or an outcome that nobody will ask for; it says what is lost by that.", Danger: Irreversible, Writes: true, Command: "rotation forget"},
		{ID: Messages, Scopes: everywhere, Keys: []string{"m"}, Label: "messages", Tooltip: "Show the messages of this session again."},
		{ID: NextTheme, Scopes: everywhere, Keys: []string{"t"}, Label: "next theme", Tooltip: "Change the colours: dark, light, high contrast, the terminal's own, none."},
		{ID: Back, Scopes: everywhere, Keys: []string{"esc"}, Label: "one step out", Tooltip: "Close, clear or leave whatever was opened last."},
		{ID: Quit, Scopes: everywhere, Keys: []string{"q"}, Label: "quit", Tooltip: "Leave keyturn."},
	}
}

func listActions() []Spec {
	return []Spec{
		{ID: Up, Scopes: lists, Keys: []string{"up", "k"}, Label: "up", Tooltip: "Move the cursor up."},
		{ID: Down, Scopes: lists, Keys: []string{"down", "j"}, Label: "down", Tooltip: "Move the cursor down."},
		{ID: PageUp, Scopes: lists, Keys: []string{"pgup", "ctrl+b"}, Label: "page up", Tooltip: "Move up one page."},
		{ID: PageDown, Scopes: lists, Keys: []string{"pgdown", "ctrl+f"}, Label: "page down", Tooltip: "Move down one page."},
		{ID: Top, Scopes: lists, Keys: []string{"g", "home"}, Label: "first", Tooltip: "Go to the first row."},
		{ID: Bottom, Scopes: lists, Keys: []string{"G", "end"}, Label: "last", Tooltip: "Go to the last row."},
		{ID: ScrollLeft, Scopes: lists, Keys: []string{"left", "h"}, Label: "scroll left", Tooltip: "Show the columns to the left."},
		{ID: ScrollRight, Scopes: lists, Keys: []string{"right", "l"}, Label: "scroll right", Tooltip: "Show the columns to the right."},
		{ID: Filter, Scopes: lists, Keys: []string{"/"}, Label: "filter", Tooltip: "Show only what matches a few letters; start with ! to show what does not.", Footer: true},
		{ID: Sort, Scopes: lists, Keys: []string{"s"}, Label: "sort", Tooltip: "Sort by the next column."},
		{ID: ReverseSort, Scopes: lists, Keys: []string{"S"}, Label: "reverse sort", Tooltip: "Turn the order round."},
		{ID: Mark, Scopes: lists, Keys: []string{" "}, Label: "mark", Tooltip: "Mark the row under the cursor, to act on several at once."},
		{ID: MarkAll, Scopes: lists, Keys: []string{"a"}, Label: "mark all shown", Tooltip: "Mark every row that the filter shows, or clear the marks."},
		{ID: Detail, Scopes: lists, Keys: []string{"enter"}, Label: "detail", Tooltip: "Open or close the detail pane.", Footer: true},
		{ID: CopyID, Scopes: lists, Keys: []string{"i"}, Label: "copy id", Tooltip: "Copy the id of the row, for scripts."},
	}
}

func secretActions() []Spec {
	return []Spec{
		{ID: Copy, Scopes: secrets, Keys: []string{"y"}, Label: "copy", Tooltip: "Copy the secret without showing it; the clipboard is cleared after 45 seconds if it still holds it.", Footer: true, Command: "copy"},
		{ID: Reveal, Scopes: secrets, Keys: []string{"v"}, Label: "reveal", Tooltip: "Show the secret for 30 seconds.", Command: "show --reveal"},
		{ID: Lines, Scopes: shared, Keys: []string{"w"}, Label: "pipeline lines", Tooltip: "Show the lines to change in a pipeline.", Command: "show --lines"},
	}
}

func rotationActions() []Spec {
	return []Spec{
		{ID: Rotate, Scopes: shared, Keys: []string{"r"}, Label: "rotate", Tooltip: "Replace the secret; the old one works until the new one is in use.", Danger: Reversible, Changes: true, Footer: true, Command: "rotate"},
		{ID: Confirm, Scopes: shared, Keys: []string{"c"}, Label: "confirm new", Tooltip: "Say that the new secret is in place, and start the old one's grace.", Danger: Reversible, Changes: true, Command: "rotation confirm"},
		{ID: Cancel, Scopes: shared, Keys: []string{"z"}, Label: "cancel rotation", Tooltip: "Revoke the new secret before it was used; the old one stays.", Danger: Reversible, Changes: true, Command: "rotation cancel"},
		{ID: RollBack, Scopes: shared, Keys: []string{"b"}, Label: "roll back", Tooltip: "Make the old secret current again and revoke the new one.", Danger: Reversible, Changes: true, Command: "rotation rollback"},
		{ID: Extend, Scopes: shared, Keys: []string{"+"}, Label: "extend grace", Tooltip: "Give the old secret 24 hours more.", Danger: Reversible, Changes: true, Command: "rotation extend"},
		{ID: EndOld, Scopes: shared, Keys: []string{"f"}, Label: "end old now", Tooltip: "End the old secret now instead of waiting for its grace.", Danger: Irreversible, Changes: true, Command: "rotation end"},
	}
}

func credentialActions() []Spec {
	return []Spec{
		{ID: Create, Scopes: ciOnly, Keys: []string{"n"}, Label: "new CI token", Tooltip: "Create a CI token.", Danger: Reversible, Changes: true, Command: "create"},
		{ID: Rename, Scopes: shared, Keys: []string{"e"}, Label: "rename", Tooltip: "Give it another name; its id and its secret stay.", Danger: Reversible, Changes: true, Command: "rename"},
		{ID: Pause, Scopes: shared, Keys: []string{"p"}, Label: "pause", Tooltip: "Refuse it until it is resumed.", Danger: Reversible, Changes: true, Command: "pause"},
		{ID: Resume, Scopes: shared, Keys: []string{"u"}, Label: "resume", Tooltip: "Accept it again.", Danger: Reversible, Changes: true, Command: "resume"},
		{ID: Revoke, Scopes: shared, Keys: []string{"x"}, Label: "revoke", Tooltip: "End it for good.", Danger: Irreversible, Changes: true, Command: "revoke"},
		{ID: ResetOwn, Scopes: []Scope{Members}, Keys: []string{"r"}, Label: "reset personal token", Tooltip: "Replace the personal token; the old one ends at once.", Danger: Irreversible, Changes: true, Footer: true, Command: "rotate"},
		{ID: AskOwner, Scopes: []Scope{Legacy}, Keys: []string{"o"}, Label: "ask the owner", Tooltip: "Copy a message to the owner that says what to change and by when.", Footer: true},
		{ID: DoNext, Scopes: []Scope{Overview}, Keys: []string{"enter"}, Label: "do the next step", Tooltip: "Go to what should be done next."},
	}
}

func repoActions() []Spec {
	return []Spec{
		{ID: Scan, Scopes: repos, Keys: []string{"r"}, Label: "scan", Tooltip: "Look for what is left of legacy credentials in the checkout; nothing is changed.", Footer: true},
		{ID: StopScan, Scopes: repos, Keys: []string{"c"}, Label: "stop scanning", Tooltip: "Stop, and keep what was found until now; esc does so too."},
		{ID: AddRepo, Scopes: repos, Keys: []string{"n"}, Label: "add a path", Tooltip: "Put a checkout or a folder on the list, and scan it.", Footer: true},
		{ID: RemoveRepo, Scopes: repos, Keys: []string{"x"}, Label: "take off the list", Tooltip: "Forget the checkout and what was found in it; its files stay as they are."},
		{ID: OpenFindings, Scopes: repos, Keys: []string{"o"}, Label: "findings", Tooltip: "Show what was found in the checkout.", Footer: true},
		{ID: Regroup, Scopes: repos, Keys: []string{"v"}, Label: "group", Tooltip: "Show findings by file, or by the credential that they hang on.", Footer: true},
		{ID: PreviewFix, Scopes: repos, Keys: []string{"p"}, Label: "preview the fix", Tooltip: "Show what the fix would change, as a diff."},
		{ID: Fix, Scopes: repos, Keys: []string{"f"}, Label: "fix", Tooltip: "Show what would change, and write it to the files after asking.", Danger: Reversible, Writes: true, Footer: true},
	}
}

func commandActions() []Spec {
	return []Spec{
		{ID: ListTokens, Label: "list", Tooltip: "List CI tokens, members, legacy keys or events.", Command: "list"},
		{ID: LegacyReport, Label: "legacy findings", Tooltip: "Say which legacy keys are left, why each matters and what to do.", Command: "legacy"},
		{ID: Audit, Label: "audit", Tooltip: "Find what is left of legacy credentials in checkouts, and fix it.", Command: "audit"},
		{ID: Import, Label: "import", Tooltip: "Load a workspace file.", Danger: Reversible, Changes: true, Command: "import"},
		{ID: Export, Label: "export", Tooltip: "Write the workspace file, without secrets.", Command: "export"},
	}
}

package repos

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/bind"
)

// entries joins what is done here to the catalogue.
func (s *Screen) entries() []bind.Entry {
	return []bind.Entry{
		bind.Each(actions.Scan, s.scanPicked),
		bind.Each(actions.OpenFindings, s.openFindings),
		bind.Each(actions.Fix, s.fix),
		bind.One(actions.Regroup, s.regroup),
		bind.One(actions.AddRepo, s.add),
		bind.Each(actions.PreviewFix, s.previewFix),
		bind.One(actions.StopScan, s.stop),
		bind.Each(actions.RemoveRepo, s.remove),
	}
}

// Actions returns what can be done here, with the reason where something cannot be done now.
func (s *Screen) Actions() []kit.Action { return s.at().Actions() }

func (s *Screen) add() tea.Cmd { return bind.Ask(kit.AddRepoMsg{}) }

// picked is the checkouts that an action is about: of findings, those in which they are.
func (s *Screen) picked() []string {
	var roots []string
	seen := map[string]bool{}
	add := func(r *kit.Repo) {
		if !seen[r.Root] {
			seen[r.Root] = true
			roots = append(roots, r.Root)
		}
	}
	if s.view == checkouts {
		for _, r := range s.repos.Rows() {
			add(r)
		}
		return roots
	}
	for _, row := range s.findings[s.view].Rows() {
		for _, place := range row.places() {
			add(place.Repo)
		}
	}
	return roots
}

// scanPicked takes the marks away: they have been acted on.
func (s *Screen) scanPicked() tea.Cmd {
	roots := s.picked()
	if s.view == checkouts {
		s.repos.ClearMarks()
	}
	return s.scan(roots)
}

func (s *Screen) remove() tea.Cmd {
	roots := s.picked()
	if s.view == checkouts {
		s.repos.ClearMarks()
	}
	return bind.Ask(kit.RemoveReposMsg{Roots: roots})
}

// openFindings shows what was found in the checkouts that are meant.
func (s *Screen) openFindings() tea.Cmd {
	within := map[string]bool{}
	for _, root := range s.picked() {
		within[root] = true
	}
	s.show(byFile, within)
	return nil
}

// regroup shows the findings of all checkouts, and then gathers them in the other way. The finding under
// the cursor stays.
func (s *Screen) regroup() tea.Cmd {
	before := s.view
	switch before {
	case checkouts:
		s.show(byFile, nil)
		return nil
	case byFile:
		s.show(byCredential, s.within)
	default:
		s.show(byFile, s.within)
	}
	at := s.findings[before].Current()
	if at == nil {
		return nil
	}
	key := ""
	wanted := at.places()[0].Finding
	s.findings[s.view].Each(func(e *Entry, _ string, _ uint64) {
		if e.Finding == wanted {
			key = e.Key()
		}
	})
	return s.findings[s.view].Update(kit.SelectMsg{Key: key})
}

func (s *Screen) previewFix() tea.Cmd { return bind.Ask(kit.ShowFixMsg{Findings: s.fixable()}) }

func (s *Screen) fix() tea.Cmd { return bind.Ask(kit.ShowFixMsg{Findings: s.fixable(), Write: true}) }

// fixable is what of the findings that are meant keyturn can mend.
func (s *Screen) fixable() []finding.Finding {
	if s.view != checkouts {
		return Mendable(Picked(s.findings[s.view].Rows()))
	}
	var list []finding.Finding
	for _, r := range s.repos.Rows() {
		list = append(list, r.Findings()...)
	}
	return Mendable(list)
}

// Mendable is those of some findings that keyturn can mend.
func Mendable(list []finding.Finding) []finding.Finding {
	var kept []finding.Finding
	for i := range list {
		if kit.Fixable(&list[i]) {
			kept = append(kept, list[i])
		}
	}
	return kept
}

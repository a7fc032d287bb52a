package legacy

import (
	"fmt"

	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/components/table"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/list"
)

// nextStepColumn is where the column lies by which the list is sorted at first.
const nextStepColumn = 1

func columns(env list.Env) []table.Column[row] {
	return []table.Column[row]{
		{Title: "name", Min: 16, Weight: 3, Cell: name(env), Less: of(cells.ByName)},
		{Title: "next step", Min: 18, Weight: 3, Cell: nextStep, Less: bySeverity},
		{Title: "kind", Min: 14, Drop: 6, Cell: kind, Less: func(a, b *row) bool { return a.Kind < b.Kind }},
		{Title: "owner", Min: 12, Weight: 2, Drop: 4, Cell: owner, Less: byOwner},
		{
			Title: "last used", Min: 11, Drop: 2, Less: of(cells.ByLastUse),
			Cell: func(r *row) table.Cell { return cells.LastUsed(r.Credential, env.Clock()) },
		},
		{Title: "uses 30d", Min: 10, Right: true, Drop: 3, Cell: func(r *row) table.Cell { return cells.Uses(r.Credential) }, Less: of(cells.ByUses)},
		{Title: "last caller", Min: 18, Weight: 2, Drop: 7, Cell: func(r *row) table.Cell { return cells.LastCaller(r.Credential) }, Less: of(cells.ByCaller)},
		{
			Title: "hit by", Min: 20, Weight: 1, Drop: 5, Less: func(a, b *row) bool { return a.verdict.HitUses < b.verdict.HitUses },
			Cell: func(r *row) table.Cell { return hitBy(env, r) },
		},
	}
}

func name(env list.Env) func(r *row) table.Cell {
	return func(r *row) table.Cell { return cells.Name(r.Credential, env.Book.LooksLikeAnother(r.Credential)) }
}

func of(less func(a, b *models.Credential) bool) func(a, b *row) bool {
	return func(a, b *row) bool { return less(a.Credential, b.Credential) }
}

// bySeverity puts what must be done first: blocking before fixable, much used before little used.
func bySeverity(a, b *row) bool {
	if x, y := a.verdict.Severity, b.verdict.Severity; x != y {
		return x == models.Blocking || x == models.Fixable && y == models.Informational
	}
	if a.Use.Recent != b.Use.Recent {
		return a.Use.Recent > b.Use.Recent
	}
	return cells.ByName(a.Credential, b.Credential)
}

func nextStep(r *row) table.Cell {
	return table.Cell{Text: string(r.verdict.Next), Tone: cells.Severity(r.verdict.Severity).Tone}
}

func kind(r *row) table.Cell { return table.Cell{Text: r.Kind.Label(), Tone: kindTone(r.Kind)} }

func kindTone(k models.Kind) styles.Tone {
	if k.Legacy() {
		return styles.Legacy
	}
	return styles.Text
}

func owner(r *row) table.Cell {
	switch {
	case r.Owner != nil && r.Owner.Name != "":
		return table.Cell{Text: r.Owner.Name}
	case r.Owner != nil:
		return table.Cell{Text: r.Owner.Email}
	case r.Kind == models.LegacyAPIKey:
		return table.Cell{Text: "nobody", Tone: styles.Warning}
	}
	return table.Cell{Text: "workspace", Tone: styles.Muted}
}

func byOwner(a, b *row) bool { return cells.Before(owner(a).Text, owner(b).Text) }

// hitBy says when the next downtime comes and how many activations it will refuse.
func hitBy(env list.Env, r *row) table.Cell {
	v := r.verdict
	switch {
	case v.Hit == nil:
		return table.Cell{}
	case v.HitUses == 0:
		return table.Cell{Text: "none expected", Tone: styles.Muted}
	}
	text := fmt.Sprintf("about %s, %s", cells.Count(v.HitUses), env.Clock().In(v.Hit.Start))
	return table.Cell{Text: text, Tone: styles.Danger}
}

// empty is the good news that everybody works for.
func (s *Screen) empty() []string {
	lines := []string{"No legacy key is left. Nothing more has to be done here."}
	if n := s.Book.Workspace.Counts.Migrated; n > 0 {
		lines = append(lines, fmt.Sprintf("%s have moved to tokens.", cells.Count(int64(n))))
	}
	return lines
}

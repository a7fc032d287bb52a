package legacy

import (
	"fmt"

	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/components/table"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/list"
)

// NextStepColumn is where the column lies by which the list is sorted at first.
const NextStepColumn = 1

func columns(env list.Env) []table.Column[Row] {
	return []table.Column[Row]{
		{Title: "name", Min: 16, Weight: 3, Cell: name(env), Less: of(cells.ByName)},
		{Title: "next step", Min: 18, Weight: 3, Cell: nextStep, Less: bySeverity},
		{Title: "kind", Min: 14, Drop: 6, Cell: kind, Less: func(a, b *Row) bool { return a.Kind < b.Kind }},
		{Title: "owner", Min: 12, Weight: 2, Drop: 4, Cell: owner, Less: byOwner},
		{
			Title: "last used", Min: 11, Drop: 2, Less: of(cells.ByLastUse),
			Cell: func(r *Row) table.Cell { return cells.LastUsed(r.Credential, env.Clock()) },
		},
		{Title: "uses 30d", Min: 10, Right: true, Drop: 3, Cell: func(r *Row) table.Cell { return cells.Uses(r.Credential) }, Less: of(cells.ByUses)},
		{Title: "last caller", Min: 18, Weight: 2, Drop: 7, Cell: func(r *Row) table.Cell { return cells.LastCaller(r.Credential) }, Less: of(cells.ByCaller)},
		{
			Title: "hit by", Min: 20, Weight: 1, Drop: 5, Less: func(a, b *Row) bool { return a.Verdict.HitUses < b.Verdict.HitUses },
			Cell: func(r *Row) table.Cell { return hitBy(env, r) },
		},
	}
}

func name(env list.Env) func(r *Row) table.Cell {
	return func(r *Row) table.Cell { return cells.Name(r.Credential, env.Book.LooksLikeAnother(r.Credential)) }
}

func of(less func(a, b *models.Credential) bool) func(a, b *Row) bool {
	return func(a, b *Row) bool { return less(a.Credential, b.Credential) }
}

// bySeverity puts what must be done first: blocking before fixable, much used before little used.
func bySeverity(a, b *Row) bool {
	if x, y := a.Verdict.Severity, b.Verdict.Severity; x != y {
		return x == models.Blocking || x == models.Fixable && y == models.Informational
	}
	if a.Use.Recent != b.Use.Recent {
		return a.Use.Recent > b.Use.Recent
	}
	return cells.ByName(a.Credential, b.Credential)
}

func nextStep(r *Row) table.Cell {
	return table.Cell{Text: string(r.Verdict.Next), Tone: cells.Severity(r.Verdict.Severity).Tone}
}

func kind(r *Row) table.Cell { return table.Cell{Text: r.Kind.Label(), Tone: kindTone(r.Kind)} }

func kindTone(k models.Kind) styles.Tone {
	if k.Legacy() {
		return styles.Legacy
	}
	return styles.Text
}

func owner(r *Row) table.Cell {
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

func byOwner(a, b *Row) bool { return cells.Before(owner(a).Text, owner(b).Text) }

// hitBy says when the next downtime comes and how many activations it will refuse.
func hitBy(env list.Env, r *Row) table.Cell {
	v := r.Verdict
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
func empty(counts models.Counts) []string {
	lines := []string{"No legacy key is left. Nothing more has to be done here."}
	if n := counts.Migrated; n > 0 {
		lines = append(lines, fmt.Sprintf("%s have moved to tokens.", cells.Count(int64(n))))
	}
	return lines
}

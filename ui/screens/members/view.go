package members

import (
	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/components/table"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/list"
)

type person = kit.Person

// columns never drops the e-mail: names can look alike, addresses tell people apart.
func columns(env list.Env) []table.Column[person] {
	return []table.Column[person]{
		{Title: "name", Min: 12, Weight: 3, Cell: func(p *person) table.Cell { return table.Cell{Text: p.DisplayName()} }, Less: byName},
		{Title: "e-mail", Min: 12, Weight: 3, Cell: email(env), Less: byEmail},
		{Title: "role", Min: 6, Drop: 5, Cell: role, Less: func(a, b *person) bool { return a.Role < b.Role }},
		{Title: "seat", Min: 7, Cell: seat, Less: func(a, b *person) bool { return !a.Seat && b.Seat }},
		{Title: "personal token", Min: 23, Drop: 2, Cell: token, Less: func(a, b *person) bool { return token(a).Text < token(b).Text }},
		{Title: "last used", Min: 11, Drop: 1, Cell: lastUsed(env), Less: byLastUse},
		{
			Title: "legacy key", Min: 12, Drop: 3,
			Cell: func(p *person) table.Cell { return legacyCell(LegacyKey(p) != nil) },
			Less: func(a, b *person) bool { return LegacyKey(a) != nil && LegacyKey(b) == nil },
		},
		{Title: "refused in CI", Min: 15, Right: true, Drop: 4, Cell: refused, Less: func(a, b *person) bool { return refusals(a) < refusals(b) }},
	}
}

// email is what tells members apart. If another one looks the same, the end of the id stands beside it.
func email(env list.Env) func(p *person) table.Cell {
	return func(p *person) table.Cell {
		cell := table.Cell{Text: p.Email}
		if env.Book.MemberLooksLikeAnother(p) {
			cell.Tail = cells.EndOf(string(p.ID))
		}
		return cell
	}
}

func byName(a, b *person) bool { return cells.Before(a.DisplayName(), b.DisplayName()) }

func byEmail(a, b *person) bool { return cells.Before(a.Email, b.Email) }

func lastUsed(env list.Env) func(p *person) table.Cell {
	return func(p *person) table.Cell {
		m := p.Brief()
		return cells.LastUsed(&m.Token, env.Clock())
	}
}

func byLastUse(a, b *person) bool {
	x, y := a.Brief(), b.Brief()
	return cells.ByLastUse(&x.Token, &y.Token)
}

func role(p *person) table.Cell {
	if p.Role == models.RoleAdmin {
		return table.Cell{Text: string(p.Role), Tone: styles.Accent}
	}
	return table.Cell{Text: string(p.Role)}
}

func seat(p *person) table.Cell {
	if p.Seat {
		return table.Cell{Text: "yes", Tone: styles.OK}
	}
	return table.Cell{Text: "no seat", Tone: styles.Warning}
}

// token says how the personal token stands, and that it cannot activate where the seat is missing:
// both are true at once.
func token(p *person) table.Cell {
	m := p.Brief()
	cell := cells.State(&m.Token)
	if !m.Seat && m.Token.State == models.Active {
		return table.Cell{Text: cell.Text + ", cannot activate", Tone: styles.Warning}
	}
	return cell
}

func legacyCell(has bool) table.Cell {
	if has {
		return table.Cell{Text: "yes", Tone: styles.Legacy}
	}
	return table.Cell{Text: "no", Tone: styles.Muted}
}

func refused(p *person) table.Cell {
	if n := refusals(p); n > 0 {
		return table.Cell{Text: cells.Count(n), Tone: styles.Danger}
	}
	return table.Cell{Text: "0", Tone: styles.Muted}
}

func refusals(p *person) int64 {
	m := p.Brief()
	return m.Token.RefusedCI.Count
}

func empty() []string { return []string{"The workspace has no members."} }

package members

import (
	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/components/table"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/list"
)

type member = models.Member

// columns never drops the e-mail: names can look alike, addresses tell people apart.
func columns(env list.Env) []table.Column[member] {
	return []table.Column[member]{
		{Title: "name", Min: 12, Weight: 3, Cell: func(m *member) table.Cell { return table.Cell{Text: m.DisplayName()} }, Less: byName},
		{Title: "e-mail", Min: 12, Weight: 3, Cell: email(env), Less: byEmail},
		{Title: "role", Min: 6, Drop: 5, Cell: role, Less: func(a, b *member) bool { return a.Role < b.Role }},
		{Title: "seat", Min: 7, Cell: seat, Less: func(a, b *member) bool { return !a.Seat && b.Seat }},
		{Title: "personal token", Min: 23, Drop: 2, Cell: token, Less: byToken},
		{
			Title: "last used", Min: 11, Drop: 1, Less: of(cells.ByLastUse),
			Cell: func(m *member) table.Cell { return cells.LastUsed(&m.Token, env.Clock()) },
		},
		{
			Title: "legacy key", Min: 12, Drop: 3,
			Cell: func(m *member) table.Cell { return legacyCell(LegacyKey(env.Book, m) != nil) },
			Less: func(a, b *member) bool { return LegacyKey(env.Book, a) != nil && LegacyKey(env.Book, b) == nil },
		},
		{
			Title: "refused in CI", Min: 15, Right: true, Drop: 4, Cell: refused,
			Less: func(a, b *member) bool { return a.Token.RefusedCI.Count < b.Token.RefusedCI.Count },
		},
	}
}

// email is what tells members apart. If another one looks the same, the end of the id stands beside it.
func email(env list.Env) func(m *member) table.Cell {
	return func(m *member) table.Cell {
		cell := table.Cell{Text: m.Email}
		if env.Book.MemberLooksLikeAnother(m) {
			cell.Tail = cells.EndOf(string(m.ID))
		}
		return cell
	}
}

func byName(a, b *member) bool { return cells.Before(a.DisplayName(), b.DisplayName()) }

func byEmail(a, b *member) bool { return cells.Before(a.Email, b.Email) }

func byToken(a, b *member) bool { return token(a).Text < token(b).Text }

func of(less func(a, b *models.Credential) bool) func(a, b *member) bool {
	return func(a, b *member) bool { return less(&a.Token, &b.Token) }
}

func role(m *member) table.Cell {
	if m.Role == models.RoleAdmin {
		return table.Cell{Text: string(m.Role), Tone: styles.Accent}
	}
	return table.Cell{Text: string(m.Role)}
}

func seat(m *member) table.Cell {
	if m.Seat {
		return table.Cell{Text: "yes", Tone: styles.OK}
	}
	return table.Cell{Text: "no seat", Tone: styles.Warning}
}

// token says how the personal token stands, and that it cannot activate where the seat is missing:
// both are true at once.
func token(m *member) table.Cell {
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

func refused(m *member) table.Cell {
	if n := m.Token.RefusedCI.Count; n > 0 {
		return table.Cell{Text: cells.Count(n), Tone: styles.Danger}
	}
	return table.Cell{Text: "0", Tone: styles.Muted}
}

func empty() []string { return []string{"The workspace has no members."} }

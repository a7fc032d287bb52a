package activity

import (
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/components/table"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/detail"
	"example.com/keyturn/ui/screens/list"
)

func columns(env list.Env) []table.Column[event] {
	return []table.Column[event]{
		{
			Title: "when", Min: 16, Less: func(a, b *event) bool { return a.Seq < b.Seq },
			Cell: func(e *event) table.Cell { return table.Cell{Text: env.Clock().Stamp(e.At), Tone: styles.Muted} },
		},
		{Title: "who", Min: 12, Weight: 2, Drop: 2, Cell: text(func(e *event) string { return e.Actor }), Less: by(func(e *event) string { return e.Actor })},
		{Title: "what", Min: 16, Weight: 4, Cell: what(env), Less: by(sentence)},
		{Title: "kind", Min: 14, Drop: 4, Cell: text(kind), Less: by(kind)},
		{Title: "from", Min: 15, Drop: 3, Cell: text(func(e *event) string { return e.From }), Less: by(func(e *event) string { return e.From })},
	}
}

// what is the sentence. If the name in it may be taken for another one, the end of the id follows.
func what(env list.Env) func(e *event) table.Cell {
	return func(e *event) table.Cell {
		cell := table.Cell{Text: sentence(e)}
		if c := env.Book.Credential(e.Credential); c != nil && env.Book.LooksLikeAnother(c) {
			cell.Tail = cells.EndOf(string(c.ID))
		}
		return cell
	}
}

func text(of func(*event) string) func(*event) table.Cell {
	return func(e *event) table.Cell { return table.Cell{Text: of(e)} }
}

func by(of func(*event) string) func(a, b *event) bool {
	return func(a, b *event) bool { return cells.Before(of(a), of(b)) }
}

func kind(e *event) string {
	if e.Kind == "" {
		return ""
	}
	return e.Kind.Label()
}

// describe writes every fact of an event.
func describe(page *detail.Page, e *event) {
	page.Fact("when", page.Clock.Moment(e.At), styles.Text)
	page.Fact("who", e.Actor, styles.Text)
	page.Fact("member", string(e.ActorID), styles.Text)
	page.Fact("what", e.Action.Sentence(), styles.Text)
	page.Fact("name", e.Name, styles.Text)
	page.Fact("kind", kind(e), styles.Text)
	page.Fact("id", string(e.Credential), styles.Text)
	page.Fact("rotation", string(e.Rotation), styles.Text)
	page.Fact("from", e.From, styles.Text)
	page.Fact("detail", e.Detail, styles.Text)
	page.Fact("code", string(e.Action), styles.Muted)
	page.Fact("number", key(e), styles.Muted)
}

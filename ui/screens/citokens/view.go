package citokens

import (
	"example.com/keyturn/models"
	"example.com/keyturn/ui/components/table"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/list"
)

func columns(env list.Env) []table.Column[models.Credential] {
	type credential = models.Credential
	return []table.Column[credential]{
		{Title: "name", Min: 16, Weight: 4, Cell: func(c *credential) table.Cell { return cells.Name(c, env.Book.LooksLikeAnother(c)) }, Less: cells.LivingFirst(cells.ByName)},
		{Title: "state", Min: 7, Cell: cells.State, Less: cells.LivingFirst(cells.ByState)},
		{
			Title: "rotation", Min: 23, Drop: 2, Less: cells.LivingFirst(cells.ByRotation),
			Cell: func(c *credential) table.Cell { return cells.Rotation(c, env.Clock()) },
		},
		{
			Title: "last used", Min: 11, Drop: 1, Less: cells.LivingFirst(cells.ByLastUse),
			Cell: func(c *credential) table.Cell { return cells.LastUsed(c, env.Clock()) },
		},
		{Title: "uses 30d", Min: 10, Right: true, Drop: 3, Cell: cells.Uses, Less: cells.ByUses},
		{Title: "last caller", Min: 18, Weight: 3, Drop: 4, Cell: cells.LastCaller, Less: cells.LivingFirst(cells.ByCaller)},
		{
			Title: "created", Min: 10, Drop: 6, Less: cells.LivingFirst(cells.ByCreated),
			Cell: func(c *credential) table.Cell { return cells.Created(c, env.Clock()) },
		},
		{Title: "fingerprint", Min: 13, Drop: 5, Cell: cells.Fingerprint, Less: cells.LivingFirst(cells.ByFingerprint)},
	}
}

func empty() []string {
	return []string{
		"There is no CI token yet.",
		"A pipeline needs one: personal tokens are refused in CI.",
		"n creates one; rotating a legacy CI key turns it into one, too.",
	}
}

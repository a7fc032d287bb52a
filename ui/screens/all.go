// Package screens is the list of the console's full pages. Each lives in a package of its own and
// knows none of the others.
package screens

import (
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/activity"
	"example.com/keyturn/ui/screens/citokens"
	"example.com/keyturn/ui/screens/legacy"
	"example.com/keyturn/ui/screens/list"
	"example.com/keyturn/ui/screens/members"
	"example.com/keyturn/ui/screens/overview"
	"example.com/keyturn/ui/screens/repos"
)

// All returns every screen in the order of the tabs. They read the book and ask upward; the styles
// may be changed in place.
func All(book *kit.Book, st *styles.Styles, ports kit.Ports) []kit.Screen {
	env := list.Env{Book: book, Styles: st, Ports: ports}
	return []kit.Screen{overview.New(env), citokens.New(env), members.New(env), legacy.New(env), activity.New(env), repos.New(env)}
}

package screens_test

import (
	"fmt"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

// crowd is how many members the benchmarks have.
const crowd = 100_000

func crowded(b *testing.B, scope actions.Scope) *console {
	b.Helper()
	book := loaded()
	list := make([]models.Member, crowd)
	for i := range list {
		list[i] = member(i, fmt.Sprintf("%s %s%d", []string{"Maria", "Ben", "Zoë", "Jürgen", "Ana"}[i%5], []string{"Garcia", "Okafor", "Smith"}[i%3], i))
	}
	book.PutMembers(list)
	c := openWith(b, book, scope)
	c.at.SetSize(120, 36)
	return c.send(kit.BookChangedMsg{All: true})
}

func BenchmarkKeyDownAndView(b *testing.B) {
	c := crowded(b, actions.Members)
	down := tea.KeyMsg{Type: tea.KeyDown}
	b.ReportAllocs()
	for b.Loop() {
		c.at.Update(down)
		_ = c.at.View()
	}
}

func BenchmarkKeyDownAndViewWithPane(b *testing.B) {
	c := crowded(b, actions.Members)
	c.hold = true
	c.press("enter")
	down := tea.KeyMsg{Type: tea.KeyDown}
	b.ReportAllocs()
	for b.Loop() {
		c.at.Update(down)
		_ = c.at.View()
	}
}

// One round is "maria ga" typed and cleared: the time is that of eight letters and their frames.
func BenchmarkFilterKeysAndView(b *testing.B) {
	c := crowded(b, actions.Members)
	b.ReportAllocs()
	for b.Loop() {
		c.at.Update(keyNamed("/"))
		for _, r := range "maria ga" {
			c.at.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
			_ = c.at.View()
		}
		c.at.Update(keyNamed("esc"))
	}
}

// One round is one page of 1,000 members put into a list that has 100,000 already.
func BenchmarkPageArrives(b *testing.B) {
	for _, scope := range []actions.Scope{actions.Members, actions.Overview, actions.Legacy} {
		b.Run(string(scope), func(b *testing.B) {
			c := crowded(b, scope)
			page := kit.BookChangedMsg{}
			for _, m := range c.book.People()[:models.MaxPage] {
				page.Members = append(page.Members, m.ID)
			}
			b.ReportAllocs()
			for b.Loop() {
				c.at.Update(page)
				_ = c.at.View()
			}
		})
	}
}

func BenchmarkActionsOfAScreen(b *testing.B) {
	c := openWith(b, sample(), actions.CITokens)
	c.at.Update(kit.BookChangedMsg{All: true})
	b.ReportAllocs()
	for b.Loop() {
		_ = c.at.Actions()
	}
}

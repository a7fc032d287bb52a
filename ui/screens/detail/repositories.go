package detail

import (
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

// inRepositories says where a credential stands in the checkouts that were scanned.
func (p *Page) inRepositories(t *kit.Trace) {
	if t == nil {
		return
	}
	p.Heading("In repositories")
	press := "press 6"
	if p.Spoken {
		press = "type repositories"
	}
	for _, line := range words.Traced(*t, press) {
		p.Item(styles.Text, p.Styles.Symbols.Bullet, line)
	}
}

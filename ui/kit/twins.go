package kit

import (
	"hash/maphash"

	"example.com/keyturn/looks"
	"example.com/keyturn/models"
)

// twins counts texts by what the eye sees of them. It keeps hashes: there can be very many texts,
// and the worst that two equal hashes do is to show an id that was not needed.
type twins struct {
	seed maphash.Seed
	seen map[uint64]int32
}

func newTwins() twins { return twins{seed: maphash.MakeSeed(), seen: map[uint64]int32{}} }

func (t *twins) hash(text string) uint64 { return maphash.String(t.seed, looks.Skeleton(text)) }

func (t *twins) add(text string) {
	if text != "" {
		t.seen[t.hash(text)]++
	}
}

func (t *twins) remove(text string) {
	if text == "" {
		return
	}
	h := t.hash(text)
	if t.seen[h]--; t.seen[h] <= 0 {
		delete(t.seen, h)
	}
}

// alike reports whether a text that was added looks like another one, or is made to look like one.
func (t *twins) alike(text string) bool {
	return text != "" && (looks.Confusable(text) || t.seen[t.hash(text)] > 1)
}

// namesOf is the names that stand in one list with the credential's; nil for a personal token, which
// is named after its owner.
func (b *Book) namesOf(k models.Kind) *twins {
	switch {
	case k == models.PersonalToken:
		return nil
	case k.Legacy():
		return &b.legacyNames
	}
	return &b.tokenNames
}

// LooksLikeAnother reports whether the name of a credential may be taken for that of another one in
// the same list: then its id has to stand beside it.
func (b *Book) LooksLikeAnother(c *models.Credential) bool {
	names := b.namesOf(c.Kind)
	return names != nil && names.alike(c.Name)
}

// MemberLooksLikeAnother reports whether a member's e-mail may be taken for another one. Names may
// be shared; the e-mail is what tells people apart.
func (b *Book) MemberLooksLikeAnother(p *Person) bool { return b.emails.alike(p.Email) }

package kit

import (
	"testing"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
)

// Whoever was put is found by the id that they have, and by no other, however often ids change.
func TestAnIndexFindsWhoHasAnIDNow(t *testing.T) {
	ids := rapid.Custom(func(t *rapid.T) models.MemberID {
		return models.MemberID(rapid.StringMatching(`[ab]{1,8}`).Draw(t, "id"))
	})
	rapid.Check(t, func(t *rapid.T) {
		x := newIndex(func(p *Person) string { return string(p.ID) })
		have := map[models.MemberID]*Person{}
		free := func() models.MemberID {
			return ids.Filter(func(id models.MemberID) bool { return have[id] == nil }).Draw(t, "free id")
		}
		for range rapid.IntRange(0, 200).Draw(t, "steps") {
			id := ids.Draw(t, "id")
			p := have[id]
			if p == nil {
				p = &Person{ID: id}
			} else {
				delete(have, id)
				p.ID = free()
			}
			have[p.ID] = p
			x.put(p)
		}
		for id, p := range have {
			if x.find(string(id)) != p {
				t.Fatalf("%s is not found", id)
			}
		}
		if id := free(); x.find(string(id)) != nil {
			t.Fatalf("%s is found, though nobody has it", id)
		}
	})
}

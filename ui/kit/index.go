package kit

import "hash/maphash"

// index finds people by an id that they have. It holds nothing but pointers, a fifth of what a map
// with the ids takes. Nobody is ever taken out: whoever gets another id is put again, and is no
// longer found by the old one.
type index struct {
	id    func(*Person) string
	seed  maphash.Seed
	slots []*Person // a power of two; where the hash says, or behind
	used  int
}

func newIndex(id func(*Person) string) index { return index{id: id, seed: maphash.MakeSeed()} }

// find returns who has that id, or nil.
func (x *index) find(id string) *Person {
	if len(x.slots) == 0 {
		return nil
	}
	return x.slots[x.place(id)]
}

// place is where that id stands, or where it would.
func (x *index) place(id string) int {
	mask := len(x.slots) - 1
	at := int(maphash.String(x.seed, id)) & mask
	for x.slots[at] != nil && x.id(x.slots[at]) != id {
		at = (at + 1) & mask
	}
	return at
}

// put makes somebody be found by the id that they have now.
func (x *index) put(p *Person) {
	if x.used >= len(x.slots)*7/8 {
		x.grow()
	}
	at := x.place(x.id(p))
	if x.slots[at] == nil {
		x.used++
	}
	x.slots[at] = p
}

func (x *index) grow() {
	old := x.slots
	x.slots, x.used = make([]*Person, max(64, 2*len(old))), 0
	for _, p := range old {
		if p != nil && x.slots[x.place(x.id(p))] == nil {
			x.put(p)
		}
	}
}

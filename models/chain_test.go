package models

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// history is n events as a service writes them, the oldest first.
func history(r *rand.Rand, n int) []Event {
	words := []string{"", "a", "deploy", "Ada Admin", "\x1b[2J", "é", "deploydeploy", "0", "192.0.2.1"}
	word := func() string { return words[r.IntN(len(words))] }
	var list []Event
	var before EventHash
	for i := range n {
		e := Event{
			Seq: int64(i + 1), At: time.UnixMilli(1_800_000_000_000 + r.Int64N(1e9)).UTC(), Actor: word(), ActorID: MemberID(word()), From: word(),
			Action: EventAction(word()), Credential: CredentialID(word()), Name: word(), Kind: Kind(word()), Rotation: RotationID(word()), Detail: word(),
		}
		e.Content = e.Digest()
		before = Link(before, e.Content)
		e.Hash = before
		list = append(list, e)
	}
	return list
}

// check reads a history backwards, as it is served, with the digests of whoever reads it.
func check(list []Event, seen EventHead) error {
	c := Chain{Seen: seen}
	for _, e := range slices.Backward(list) {
		e.Content = e.Digest()
		if err := c.Take(e); err != nil {
			return err
		}
	}
	return c.End()
}

func headOf(list []Event) EventHead {
	if len(list) == 0 {
		return EventHead{}
	}
	last := list[len(list)-1]
	return EventHead{Seq: last.Seq, Hash: last.Hash}
}

// relink makes all hashes from an event on fit again, as somebody would who can write to the database.
func relink(list []Event, from int) {
	var before EventHash
	if from > 0 {
		before = list[from-1].Hash
	}
	for i := from; i < len(list); i++ {
		before = Link(before, list[i].Digest())
		list[i].Hash = before
	}
}

// tampering is a way to change a history of at least two events. alone: it shows without a head that was
// seen before.
type tampering struct {
	name  string
	alone bool
	do    func(r *rand.Rand, list []Event) []Event
}

// edits change one thing that an event says.
var edits = []func(*Event){
	func(e *Event) { e.At = e.At.Add(time.Millisecond) },
	func(e *Event) { e.Actor += "x" },
	func(e *Event) { e.ActorID += "x" },
	func(e *Event) { e.From += "x" },
	func(e *Event) { e.Action += "x" },
	func(e *Event) { e.Credential += "x" },
	func(e *Event) { e.Name += "x" },
	func(e *Event) { e.Kind += "x" },
	func(e *Event) { e.Rotation += "x" },
	func(e *Event) { e.Detail += "x" },
	func(e *Event) { e.Name, e.Detail = e.Name+e.Detail+"x", "" }, // the same bytes at other places
	func(e *Event) { e.Hash[3] ^= 1 },
}

func edit(r *rand.Rand, e *Event) { edits[r.IntN(len(edits))](e) }

var tamperings = []tampering{
	{"an event is changed", true, func(r *rand.Rand, list []Event) []Event {
		edit(r, &list[r.IntN(len(list))])
		return list
	}},
	{"an event is taken out", true, func(r *rand.Rand, list []Event) []Event {
		i := r.IntN(len(list) - 1)
		return slices.Delete(list, i, i+1)
	}},
	{"an event is taken out and the rest counted anew", true, func(r *rand.Rand, list []Event) []Event {
		i := r.IntN(len(list) - 1)
		list = slices.Delete(list, i, i+1)
		for j := i; j < len(list); j++ {
			list[j].Seq = int64(j + 1)
		}
		return list
	}},
	{"two events change places", true, func(r *rand.Rand, list []Event) []Event {
		i := r.IntN(len(list) - 1)
		list[i], list[i+1] = list[i+1], list[i]
		return list
	}},
	{"two events change what they say", true, func(r *rand.Rand, list []Event) []Event {
		i := r.IntN(len(list) - 1)
		edit(r, &list[i]) // so that they differ
		list[i], list[i+1] = list[i+1], list[i]
		list[i].Seq, list[i+1].Seq = list[i+1].Seq, list[i].Seq
		return list
	}},
	{"an event is put in", true, func(r *rand.Rand, list []Event) []Event {
		i := r.IntN(len(list))
		e := list[i]
		edit(r, &e)
		list = slices.Insert(list, i, e)
		for j := i; j < len(list); j++ {
			list[j].Seq = int64(j + 1)
		}
		return list
	}},
	{"an event is told twice", true, func(r *rand.Rand, list []Event) []Event {
		i := r.IntN(len(list))
		return slices.Insert(list, i, list[i])
	}},
	{"the beginning is cut off", true, func(r *rand.Rand, list []Event) []Event { return list[1+r.IntN(len(list)-1):] }},
	{"the end is cut off", false, func(r *rand.Rand, list []Event) []Event { return list[:1+r.IntN(len(list)-1)] }},
	{"all is cut off", false, func(*rand.Rand, []Event) []Event { return nil }},
	{"an event is changed and all hashes after it are made anew", false, func(r *rand.Rand, list []Event) []Event {
		i := r.IntN(len(list))
		edits[r.IntN(len(edits)-1)](&list[i]) // not the hash, which is made anew
		relink(list, i)
		return list
	}},
	{"the end is replaced by a longer one", false, func(r *rand.Rand, list []Event) []Event {
		i := r.IntN(len(list))
		edits[1](&list[i])
		last := list[len(list)-1]
		for range 3 {
			last.Seq++
			list = append(list, last)
		}
		relink(list, i)
		return list
	}},
}

// Ten thousand histories that somebody tampered with are all found out; those whose every hash was made anew,
// only by who has seen the head before.
func TestTamperingIsFound(t *testing.T) {
	const each = 10_000
	per := each/len(tamperings) + 1
	total, needed := 0, 0
	for n, how := range tamperings {
		for i := range per {
			r := rand.New(rand.NewPCG(uint64(n), uint64(i))) //nolint:gosec // a test
			list := history(r, 2+r.IntN(30))
			pin := headOf(list)
			if err := check(list, pin); err != nil {
				t.Fatalf("%s, %d: found before anything was done: %v", how.name, i, err)
			}
			changed := how.do(r, slices.Clone(list))
			total++
			if err := check(changed, pin); err == nil {
				t.Errorf("%s, %d: not found by who has seen the head", how.name, i)
			}
			switch err := check(changed, EventHead{}); {
			case how.alone && err == nil:
				t.Errorf("%s, %d: not found", how.name, i)
			case !how.alone && err == nil:
				needed++
			case !how.alone:
				t.Errorf("%s, %d: it should fit together: %v", how.name, i, err)
			}
		}
	}
	t.Logf("%d histories were tampered with, all found; %d of them only with the head that was seen before", total, needed)
}

func TestAHistoryThatGoesOnIsNoTampering(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test
	list := history(r, 20)
	for n := range len(list) + 1 {
		if err := check(list, headOf(list[:n])); err != nil {
			t.Errorf("seen up to event %d: %v", n, err)
		}
	}
}

func TestABrokenChainSaysWhereAndHow(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // a test
	list := history(r, 9)
	edited := slices.Clone(list)
	edited[4].Detail += "x"
	relinked := slices.Clone(edited)
	relink(relinked, 4)
	for name, tt := range map[string]struct {
		list []Event
		seq  int64
		err  error
	}{
		"changed":  {edited, 5, ErrEventChanged},
		"missing":  {slices.Delete(slices.Clone(list), 4, 5), 5, ErrEventMissing},
		"no start": {list[3:], 3, ErrEventMissing},
		"cut":      {list[:7], 7, ErrEventsCut},
		"emptied":  {nil, 0, ErrEventsCut},
		"foreign":  {relinked, 9, ErrEventForeign},
	} {
		err := check(tt.list, headOf(list))
		var b *BrokenChain
		if !errors.As(err, &b) || b.Seq != tt.seq || !errors.Is(err, tt.err) {
			t.Errorf("%s: %v, want it at event %d: %v", name, err, tt.seq, tt.err)
		}
	}
}

// The format is a promise to everybody who keeps a head: these were computed from its description.
func TestTheFormatOfTheChainStays(t *testing.T) {
	e := Event{Seq: 1, At: time.UnixMilli(1_800_000_000_123), Actor: "Ada", Action: EventCreated, Name: "deploy"}
	digest := e.Digest()
	if got := fmt.Sprint(digest, " ", Link(EventHash{}, digest)); got != wantChain {
		t.Errorf("it is now %s", got)
	}
	if h, err := ParseEventHash(digest.String()); err != nil || h != digest {
		t.Errorf("read back as %s, %v", h, err)
	}
	for _, bad := range []string{"", "zz", digest.String()[1:], digest.String() + "00"} {
		if _, err := ParseEventHash(bad); err == nil {
			t.Errorf("%q is taken for a hash", bad)
		}
	}
}

const wantChain = "86bfd1d8bee2d95b3907b167e004ba0ec238bb4d923ced666ca43660984a1c98 dbfff7f6ab5e0fb2d0b89e0be7daf5e733c03af5996e37df1dfb4b4996b6a8ec"

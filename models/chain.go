package models

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
)

// EventHash is a SHA-256 that stands for an event and, through the one before it, for every earlier one.
type EventHash [sha256.Size]byte

// String is the hash in lower-case hex.
func (h EventHash) String() string { return hex.EncodeToString(h[:]) }

// ParseEventHash reads what String wrote.
func ParseEventHash(s string) (EventHash, error) {
	var h EventHash
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != len(h) {
		return h, fmt.Errorf("%q is no hash of an event: it has 64 digits and small letters", s)
	}
	return EventHash(raw), nil
}

// The beginnings of what is hashed: no content is ever taken for a link, nor one format for another.
const (
	eventContent = "keyturn event content 1\n"
	eventLink    = "keyturn event link 1\n"
)

// Digest is the SHA-256 of all that an event says, but not of its place among the others: after
// "keyturn event content 1\n", the sequence number and the time in milliseconds since 1970 as 8 bytes each,
// the most significant first, and then actor, actor's id, address, action, credential, name, kind,
// rotation and detail, each as the length of its UTF-8 in 8 bytes and that.
func (e *Event) Digest() EventHash {
	b := append(make([]byte, 0, 512), eventContent...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Seq))            //nolint:gosec // the bits are what counts
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.UnixMilli())) //nolint:gosec // the bits are what counts
	for _, s := range []string{
		e.Actor, string(e.ActorID), e.From, string(e.Action), string(e.Credential), e.Name, string(e.Kind), string(e.Rotation), e.Detail,
	} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	return sha256.Sum256(b)
}

// Link is the hash of an event with that digest which follows an event with that hash: the SHA-256 of
// "keyturn event link 1\n", the hash before and the digest. Before the first event stands a hash of zeros.
func Link(before, digest EventHash) EventHash {
	b := append(make([]byte, 0, len(eventLink)+2*sha256.Size), eventLink...)
	b = append(b, before[:]...)
	return sha256.Sum256(append(b, digest[:]...))
}

// EventHead is the newest event that somebody has seen.
type EventHead struct {
	Seq  int64
	Hash EventHash
}

// Ways in which a history can be wrong.
var (
	ErrEventMissing = errors.New("an event is missing")
	ErrEventChanged = errors.New("an event does not say what it said when it was written")
	ErrEventForeign = errors.New("the history is another one than was seen before")
	ErrEventsCut    = errors.New("the history ends before what was seen before")
)

// BrokenChain says where a history is wrong, and how.
type BrokenChain struct {
	Seq int64 // the event at which it shows
	Err error // one of the ways above
}

// Error names the event.
func (b *BrokenChain) Error() string { return fmt.Sprintf("event %d: %v", b.Seq, b.Err) }

// Unwrap returns the way.
func (b *BrokenChain) Unwrap() error { return b.Err }

// Chain checks a history that is read backwards, from its head. The zero value is ready.
type Chain struct {
	Head EventHead // what came first
	Seen EventHead // what the history must lead through; Seq 0: nothing

	next  *Event // the one after that which is to come
	found bool
}

// Take checks the next event of the history, which is older than the one before. Its Content must be the
// digest of the very text that was kept.
func (c *Chain) Take(e Event) error {
	switch {
	case c.next == nil:
		c.Head = EventHead{Seq: e.Seq, Hash: e.Hash}
		if c.Seen.Seq > e.Seq {
			return &BrokenChain{Seq: e.Seq, Err: ErrEventsCut}
		}
	case e.Seq != c.next.Seq-1:
		return &BrokenChain{Seq: c.next.Seq - 1, Err: ErrEventMissing}
	case Link(e.Hash, c.next.Content) != c.next.Hash:
		return &BrokenChain{Seq: c.next.Seq, Err: ErrEventChanged}
	}
	if e.Seq == c.Seen.Seq {
		if e.Hash != c.Seen.Hash {
			return &BrokenChain{Seq: e.Seq, Err: ErrEventForeign}
		}
		c.found = true
	}
	c.next = &e
	return nil
}

// Reached reports whether the history has led to what was seen before.
func (c *Chain) Reached() bool { return c.found }

// End checks that the history began with its first event.
func (c *Chain) End() error {
	switch {
	case c.next == nil && c.Seen.Seq > 0:
		return &BrokenChain{Seq: 0, Err: ErrEventsCut}
	case c.next == nil:
		return nil
	case c.next.Seq != 1:
		return &BrokenChain{Seq: c.next.Seq - 1, Err: ErrEventMissing}
	case Link(EventHash{}, c.next.Content) != c.next.Hash:
		return &BrokenChain{Seq: 1, Err: ErrEventChanged}
	}
	return nil
}

// Joins checks that what was read so far follows an event with that head directly.
func (c *Chain) Joins(seen EventHead) error {
	switch {
	case c.next == nil:
		return &BrokenChain{Seq: seen.Seq, Err: ErrEventsCut}
	case c.next.Seq != seen.Seq+1:
		return &BrokenChain{Seq: c.next.Seq - 1, Err: ErrEventMissing}
	case Link(seen.Hash, c.next.Content) != c.next.Hash:
		return &BrokenChain{Seq: seen.Seq, Err: ErrEventForeign}
	}
	return nil
}

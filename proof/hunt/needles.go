package hunt

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// needles are looked for all at once: a long proof has tens of thousands, and looking for one after the
// other through a database took minutes for each kill.
type needles struct {
	byHead map[uint64][][]byte // by their first headLen bytes
	maybe  [1 << 12]uint64     // a bit for each hash of such a head: nearly every place is left with one look
	count  int
}

// headLen is how much of a needle is looked up first. No form is shorter.
const headLen = 8

func headBit(head uint64) (word int, bit uint64) {
	hash := head * 0x9E3779B97F4A7C15 >> 46
	return int(hash >> 6), 1 << (hash & 63)
}

func (n *needles) add(all ...[]byte) {
	if n.byHead == nil {
		n.byHead = map[uint64][][]byte{}
	}
	for _, needle := range all {
		head := binary.LittleEndian.Uint64(needle)
		word, bit := headBit(head)
		n.maybe[word] |= bit
		n.byHead[head] = append(n.byHead[head], needle)
		n.count++
	}
}

// find returns where the first of them lies, or -1. What it reads is nobody else's, so the race detector
// need not watch each byte of it, which takes twenty times as long.
//
//go:norace
func (n *needles) find(text []byte) int {
	for at := 0; at+headLen <= len(text); at++ {
		head := binary.LittleEndian.Uint64(text[at:])
		if word, bit := headBit(head); n.maybe[word]&bit == 0 {
			continue
		}
		for _, needle := range n.byHead[head] {
			if bytes.HasPrefix(text[at:], needle) {
				return at
			}
		}
	}
	return -1
}

// pieceLen is how long the piece from the middle of a value is.
const pieceLen = 10

// forms are a value as it is, a piece from its middle, and as programs write bytes.
func forms(value string) [][]byte {
	all := []string{value, url.QueryEscape(value), strings.Trim(fmt.Sprintf("%q", value), `"`)}
	if middle := len(value) / 2; len(value) >= pieceLen {
		all = append(all, value[middle-pieceLen/2:middle+pieceLen/2])
	}
	digits := hex.EncodeToString([]byte(value))
	all = append(all, digits, strings.ToUpper(digits), strings.Trim(fmt.Sprint([]byte(value)), "[]"))
	for _, code := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		for before := range 3 { // bytes of something else in front of it
			text := code.EncodeToString(append(make([]byte, before), value...))
			all = append(all, text[(before*8+5)/6:len(text)-4])
		}
	}
	wide := make([]byte, 0, 2*len(value))
	for i := range len(value) {
		wide = append(wide, value[i], 0)
	}
	all = append(all, string(wide))
	slices.Sort(all)
	var out [][]byte
	for _, form := range slices.Compact(all) {
		if len(form) >= headLen {
			out = append(out, []byte(form))
		}
	}
	return out
}

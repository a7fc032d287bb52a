package term

import (
	"bytes"
	"os"
	"time"
	"unicode/utf8"
)

// Keyboard is the terminal as Bubble Tea reads it, key by key. What a slow line brings in two
// pieces would be taken for an escape key and some letters, and letters are commands; so a piece
// that ends inside a key waits a moment for the rest. It embeds the file so that Bubble Tea finds
// the terminal's modes.
type Keyboard struct {
	*os.File
	read  func([]byte) (int, error)
	ready func(time.Duration) bool // whether there is more to read within that time
}

// restWait is how long the rest of a key may take. The escape key alone looks like the beginning
// of another one and takes that long too.
const restWait = 25 * time.Millisecond

// longestKey is more bytes than any key has.
const longestKey = 32

// NewKeyboard returns the keyboard of a terminal.
func NewKeyboard(f *os.File) *Keyboard {
	return &Keyboard{File: f, read: f.Read, ready: func(d time.Duration) bool { return readable(f, d) }}
}

// Read reads what there is, and the rest of its last key.
func (k *Keyboard) Read(p []byte) (int, error) {
	room := len(p)
	if room > 2*longestKey {
		room -= longestKey // for the rest of the last key
	}
	n, err := k.read(p[:room])
	for err == nil && n > 0 && n < len(p) && inKey(p[:n]) && k.ready(restWait) {
		more, failed := k.read(p[n : n+1]) // not a byte of the next key, which may be cut off too
		if more == 0 || failed != nil {
			break // the next read tells why
		}
		n += more
	}
	return n, err
}

// inKey reports whether some bytes end inside a key: in an escape sequence of ECMA-48 or xterm, or
// in a character.
func inKey(b []byte) bool {
	tail := b[max(0, len(b)-longestKey):]
	if at := bytes.LastIndexByte(tail, '\x1b'); at >= 0 {
		if seq := tail[at+1:]; len(seq) == 0 || unfinished(seq) {
			return true
		}
	}
	for i := 1; i <= min(utf8.UTFMax, len(b)); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			return !utf8.FullRune(b[len(b)-i:])
		}
	}
	return false
}

// unfinished reports whether an escape sequence, without its first byte, lacks its last.
func unfinished(seq []byte) bool {
	switch {
	case len(seq) == 1:
		return seq[0] == '[' || seq[0] == 'O'
	case seq[0] != '[':
		return false
	case seq[1] == '[': // function keys on the console of Linux
		return len(seq) == 2
	}
	return !bytes.ContainsFunc(seq[1:], func(r rune) bool { return r < ' ' || r > '?' })
}

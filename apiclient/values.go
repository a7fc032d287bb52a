package apiclient

import (
	"math"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"example.com/keyturn/models"
)

// quoted reads a string and returns its text: a part of the answer itself, or a copy if something in
// it was escaped.
func (r *reader) quoted() []byte {
	r.expect('"', "must be a string")
	if r.err != nil {
		return nil
	}
	start := r.pos
	for ; r.pos < len(r.data); r.pos++ {
		switch c := r.data[r.pos]; {
		case c == '"':
			r.pos++
			return r.data[start : r.pos-1]
		case c == '\\':
			return r.unescape(append([]byte(nil), r.data[start:r.pos]...))
		case c < ' ':
			r.fail("holds a control character that is not escaped")
			return nil
		}
	}
	r.fail("is not JSON: a string does not end")
	return nil
}

// unescape reads on from the first escape of a string.
func (r *reader) unescape(text []byte) []byte {
	for r.pos < len(r.data) {
		c := r.data[r.pos]
		r.pos++
		switch {
		case c == '"':
			return text
		case c < ' ':
			r.fail("holds a control character that is not escaped")
			return nil
		case c != '\\':
			text = append(text, c)
			continue
		}
		if text = r.escape(text); r.err != nil {
			return nil
		}
	}
	r.fail("is not JSON: a string does not end")
	return nil
}

func (r *reader) escape(text []byte) []byte {
	if r.pos >= len(r.data) {
		return text
	}
	c := r.data[r.pos]
	r.pos++
	switch c {
	case '"', '\\', '/':
		return append(text, c)
	case 'b':
		return append(text, '\b')
	case 'f':
		return append(text, '\f')
	case 'n':
		return append(text, '\n')
	case 'r':
		return append(text, '\r')
	case 't':
		return append(text, '\t')
	case 'u':
		return utf8.AppendRune(text, r.escapedRune())
	}
	r.fail("is not JSON: an unknown escape")
	return text
}

// escapedRune reads what follows \u. Half a surrogate pair is refused: replaced by a stand-in, two
// different names would look the same.
func (r *reader) escapedRune() rune {
	first := r.hex()
	if !utf16.IsSurrogate(first) {
		return first
	}
	if len(r.data)-r.pos >= 2 && r.data[r.pos] == '\\' && r.data[r.pos+1] == 'u' {
		r.pos += 2
		if c := utf16.DecodeRune(first, r.hex()); c != utf8.RuneError {
			return c
		}
	}
	r.fail("is not Unicode")
	return utf8.RuneError
}

func (r *reader) hex() rune {
	if len(r.data)-r.pos < 4 {
		r.fail("is not JSON: an unknown escape")
		return 0
	}
	n, err := strconv.ParseUint(string(r.data[r.pos:r.pos+4]), 16, 16)
	if err != nil {
		r.fail("is not JSON: an unknown escape")
	}
	r.pos += 4
	return rune(n)
}

// text reads what people see, cleaned.
func (r *reader) text() string {
	raw := r.quoted()
	if known, ok := r.texts[string(raw)]; ok {
		return known
	}
	text := string(raw)
	clean := Clean(text)
	r.texts[text] = clean
	return clean
}

// asItCame reads a text, and as it may be shown.
func (r *reader) asItCame() (raw, clean string) {
	raw = string(r.quoted())
	if known, ok := r.texts[raw]; ok {
		return raw, known
	}
	clean = Clean(raw)
	r.texts[raw] = clean
	return raw, clean
}

// hash reads the hash of an event.
func (r *reader) hash() models.EventHash {
	h, err := models.ParseEventHash(string(r.quoted()))
	if err != nil {
		r.fail("must be a hash of 64 hex digits")
	}
	return h
}

// exact reads what goes back to the service as it came, and so must be harmless.
func (r *reader) exact(limit int) string {
	raw := r.quoted()
	text, known := r.texts[string(raw)]
	if !known || text != string(raw) {
		text = string(raw)
	}
	if text != "" && !visibleASCII(text, limit) {
		r.fail("holds characters that do not belong there, or too many")
		return ""
	}
	if !known {
		r.texts[text] = text
	}
	return text
}

const (
	maxID     = 64
	maxCursor = 200
)

// id reads a name of an object that the service gave.
func (r *reader) id() string {
	id := r.optionalID()
	if id == "" {
		r.fail("must be an id")
	}
	return id
}

func (r *reader) optionalID() string {
	id := r.exact(maxID)
	if id != "" && !validID(id) {
		r.fail("must be an id")
		return ""
	}
	return id
}

// validID reports whether id can stand in a path without meaning something else there.
func validID(id string) bool {
	if id == "" || len(id) > maxID || id[0] == '.' {
		return false
	}
	for i := range len(id) {
		switch c := id[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return true
}

// number passes over a JSON number and returns its text.
func (r *reader) number() []byte {
	r.peek()
	start := r.pos
	if r.pos < len(r.data) && r.data[r.pos] == '-' {
		r.pos++
	}
	whole := r.digits()
	if whole == 0 || whole > 1 && r.data[r.pos-whole] == '0' {
		r.fail("must be a number")
		return nil
	}
	if r.pos < len(r.data) && r.data[r.pos] == '.' {
		r.pos++
		if r.digits() == 0 {
			r.fail("must be a number")
		}
	}
	if r.pos < len(r.data) && (r.data[r.pos] == 'e' || r.data[r.pos] == 'E') {
		r.pos++
		if r.pos < len(r.data) && (r.data[r.pos] == '+' || r.data[r.pos] == '-') {
			r.pos++
		}
		if r.digits() == 0 {
			r.fail("must be a number")
		}
	}
	return r.data[start:r.pos]
}

func (r *reader) digits() int {
	start := r.pos
	for r.pos < len(r.data) && r.data[r.pos] >= '0' && r.data[r.pos] <= '9' {
		r.pos++
	}
	return r.pos - start
}

// count reads a whole number from low to high.
func (r *reader) count(low, high int64) int64 {
	if r.err != nil {
		return 0
	}
	n, err := strconv.ParseInt(string(r.number()), 10, 64)
	if r.err == nil && (err != nil || n < low || n > high) {
		r.fail("must be a whole number from " + strconv.FormatInt(low, 10) + " to " + strconv.FormatInt(high, 10))
	}
	if r.err != nil {
		return 0
	}
	return n
}

func (r *reader) total() int64              { return r.count(0, math.MaxInt64) }
func (r *reader) size() int                 { return int(r.count(0, math.MaxInt32)) }
func (r *reader) version() int              { return int(r.count(1, math.MaxInt32)) }
func (r *reader) revision() models.Revision { return models.Revision(r.total()) }

func (r *reader) flag() bool {
	switch {
	case r.word("true"):
		return true
	case !r.word("false"):
		r.fail("must be true or false")
	}
	return false
}

// moment reads a time, in UTC.
func (r *reader) moment() time.Time {
	raw := r.quoted()
	if r.err != nil {
		return time.Time{}
	}
	var t time.Time
	if err := t.UnmarshalText(raw); err != nil {
		r.fail("must be a time such as 2026-11-23T14:00:00Z")
		return time.Time{}
	}
	return t.UTC()
}

// secret reads a value. It is exact, so it must be harmless on a terminal and in a shell as it is.
func (r *reader) secret() models.Secret {
	raw := r.quoted()
	if r.err != nil {
		return models.Secret{}
	}
	value := string(raw)
	if !visibleASCII(value, maxTokenLength) {
		r.fail("holds no token: characters that no token has, or too many")
		return models.Secret{}
	}
	return models.NewSecret(value)
}

// oneOf reads one of the words that the contract lists.
func oneOf[T ~string](r *reader, words []T) T {
	raw := r.quoted()
	for _, w := range words {
		if string(raw) == string(w) {
			return w
		}
	}
	r.fail("must be one of the words that the contract lists")
	return ""
}

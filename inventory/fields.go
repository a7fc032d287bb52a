package inventory

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/keyturn/models"
)

// Limits of what a field may hold, those of the service's contract.
const (
	maxName   = 200
	maxText   = 255
	maxEmail  = 320
	minLegacy = 8
	maxLegacy = 64
)

// entries say what to do with the fields of a mapping.
type entries map[string]func(*node)

func (e entries) names() []string {
	names := make([]string, 0, len(e))
	for name := range e {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// object reads the fields of a mapping, each at most once, and misses those that are required.
func (s schema) object(n *node, what string, known entries, required ...string) {
	if n.kind != mapping {
		s.add(n.line, "%s is made of fields (%s), not of %s", what, strings.Join(known.names(), ", "), n.kind.word())
		return
	}
	seen := map[string]int{}
	for _, f := range n.fields {
		read := known[f.name]
		first, twice := seen[f.name]
		switch {
		case read == nil:
			s.add(f.line, "%s has no field %s%s", what, quote(f.name), meant(f.name, known.names()))
		case twice:
			s.add(f.line, "the field %s stands here a second time: the first is on line %d", f.name, first)
		default:
			read(f.value)
		}
		if !twice {
			seen[f.name] = f.line
		}
	}
	for _, name := range required {
		if seen[name] == 0 {
			s.add(n.line, "%s needs the field %s", what, name)
		}
	}
}

// meant suggests a field that is spelled nearly like this.
func meant(name string, known []string) string {
	best, least := "", 3
	for _, k := range known {
		if d := distance(strings.ToLower(name), k); d < least {
			best, least = k, d
		}
	}
	if best != "" {
		return ": did you mean " + best + "?"
	}
	return ": it has " + strings.Join(known, ", ")
}

// distance is the Levenshtein distance, given up beyond long names.
func distance(a, b string) int {
	if len(a) > 40 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			before, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, before+cost)
		}
	}
	return row[len(b)]
}

func (s schema) list(n *node, what string, item func(*node)) {
	if n.kind == scalar && n.null {
		return
	}
	if n.kind != sequence {
		s.add(n.line, "%s is a list, not %s", what, n.kind.word())
		return
	}
	for _, i := range n.items {
		item(i)
	}
}

// scalar returns the text of a single value.
func (s schema) scalar(n *node, what string) (string, bool) {
	switch {
	case n.kind != scalar:
		s.add(n.line, "%s is one value, not %s", what, n.kind.word())
		return "", false
	case n.null:
		s.add(n.line, "%s is empty: leave the field out, or give it a value", what)
		return "", false
	}
	return n.text, true
}

func (s schema) text(n *node, what string) string { return s.short(n, what, maxText) }

func (s schema) short(n *node, what string, limit int) string {
	text, ok := s.scalar(n, what)
	if ok && utf8.RuneCountInString(text) > limit {
		s.add(n.line, "%s has more than %d characters", what, limit)
		return ""
	}
	return text
}

func (s schema) name(n *node, what string) string {
	name := s.short(n, what, maxName)
	if strings.TrimSpace(name) == "" && n.kind == scalar && !n.null {
		s.add(n.line, "%s is blank", what)
	}
	return name
}

func (s schema) email(n *node, what string) string {
	text := s.short(n, what, maxEmail)
	if text == "" {
		return ""
	}
	if !plausible(text) {
		s.add(n.line, "%s %s is no e-mail address", what, quote(text))
		return ""
	}
	return text
}

// plausible reports whether a text can be an e-mail address: one that the service will look at
// more closely.
func plausible(text string) bool {
	local, domain, found := strings.Cut(text, "@")
	return found && local != "" && domain != "" && !strings.ContainsAny(text, " \t\r\n") && !strings.Contains(domain, "@")
}

func (s schema) flag(n *node, what string) bool {
	text, ok := s.scalar(n, what)
	if !ok {
		return false
	}
	value, ok := parseFlag(text)
	if !ok || n.quoted {
		s.add(n.line, "%s is true or false", what)
	}
	return value
}

func parseFlag(text string) (value, ok bool) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "yes":
		return true, true
	case "false", "no":
		return false, true
	}
	return false, false
}

func (s schema) count(n *node, what string, least int64) int64 {
	text, ok := s.scalar(n, what)
	if !ok {
		return 0
	}
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil || value < least || n.quoted {
		s.add(n.line, "%s is a whole number of at least %d", what, least)
		return 0
	}
	return value
}

// moment reads a time as RFC 3339 writes it, or a day, which begins at midnight UTC.
func (s schema) moment(n *node, what string) time.Time {
	text, ok := s.scalar(n, what)
	if !ok {
		return time.Time{}
	}
	for _, layout := range moments {
		if at, err := time.Parse(layout, text); err == nil && !at.IsZero() && at.Year() > 0 {
			return at.UTC()
		}
	}
	s.add(n.line, "%s is a time such as 2026-11-27T09:00:00Z, or a day such as 2026-11-27", what)
	return time.Time{}
}

// token reads the value of a token. What is wrong with it is told without it.
func (s schema) token(n *node, what string) models.Secret {
	text, ok := s.scalar(n, what)
	if !ok {
		return models.Secret{}
	}
	if _, err := models.ParseToken(text); err != nil {
		s.add(n.line, "%s is no Auth Token: %v", what, err)
		return models.Secret{}
	}
	return models.NewSecret(text)
}

func (s schema) legacyValue(n *node) models.Secret {
	text, ok := s.scalar(n, "value")
	if !ok {
		return models.Secret{}
	}
	odd := strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0
	if odd || len(text) < minLegacy || len(text) > maxLegacy {
		s.add(n.line, "value of a legacy key is %d to %d printable ASCII characters without blanks", minLegacy, maxLegacy)
		return models.Secret{}
	}
	return models.NewSecret(text)
}

func oneOf[T ~string](s schema, n *node, what string, allowed ...T) T {
	text, ok := s.scalar(n, what)
	if !ok {
		return ""
	}
	if slices.Contains(allowed, T(text)) {
		return T(text)
	}
	words := make([]string, len(allowed))
	for i, a := range allowed {
		words[i] = string(a)
	}
	s.add(n.line, "%s is %s, not %s", what, strings.Join(words, " or "), quote(text))
	return ""
}

// quote shows what a file says without letting it do anything: escaped, and not too long.
func quote(text string) string {
	if runes := []rune(text); len(runes) > 60 {
		text = string(runes[:60]) + "…"
	}
	return fmt.Sprintf("%+q", text)
}

package known

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/keyturn/audit/finding"
)

// header begins a baseline file, and says which form it has.
const header = "# keyturn baseline 1: code, path, hash of the line without its values, which of the equal ones"

// Entry is one finding that a baseline knows: by what its line says without the values in it, not by where
// the line stands and not by the value. Which of several equal findings it is the ordinal tells, from 1.
type Entry struct {
	Code    finding.Code
	Path    string // of several roots with the root before it
	Hash    string
	Ordinal int
}

// Baseline is the findings that somebody knows of, and does not want to hear of again.
type Baseline struct{ met map[Entry]bool }

// fields of a line, and digits of a hash.
const (
	fields     = 4
	hashDigits = 16
)

// Parse reads a baseline file. What it complains about it names by line, and never repeats.
func Parse(text []byte) (*Baseline, error) {
	b := &Baseline{met: map[Entry]bool{}}
	number := 0
	for line := range bytes.Lines(text) {
		number++
		line := strings.TrimRight(string(line), "\r\n")
		if strings.HasPrefix(line, "# keyturn baseline ") && !strings.HasPrefix(line, "# keyturn baseline 1:") {
			return nil, fmt.Errorf("line %d: this is a baseline of a later keyturn", number)
		}
		if line == "" || line[0] == '#' {
			continue
		}
		e, err := parseEntry(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		b.met[e] = false
	}
	return b, nil
}

func parseEntry(line string) (e Entry, err error) {
	part := strings.Split(line, "\t")
	if len(part) != fields {
		return e, fmt.Errorf("not %d fields with tabs between them", fields)
	}
	e.Code, e.Hash = finding.Code(part[0]), part[2]
	if _, known := finding.Find(e.Code); !known {
		return e, fmt.Errorf("the first field is no code")
	}
	if e.Path, err = strconv.Unquote(`"` + part[1] + `"`); err != nil || e.Path == "" || escaped(e.Path) != part[1] {
		return e, fmt.Errorf("the second field is no path")
	}
	if sum, err := hex.DecodeString(e.Hash); err != nil || len(sum)*2 != hashDigits || strings.ToLower(e.Hash) != e.Hash {
		return e, fmt.Errorf("the third field is no hash of %d digits", hashDigits)
	}
	if e.Ordinal, err = strconv.Atoi(part[3]); err != nil || e.Ordinal < 1 || strconv.Itoa(e.Ordinal) != part[3] {
		return e, fmt.Errorf("the fourth field is no number from 1")
	}
	return e, nil
}

// Split tells findings that nobody knows of from those that the baseline lists.
func (b *Baseline) Split(list []finding.Finding) (fresh, known []finding.Finding) {
	for i, e := range entries(list) {
		if _, listed := b.met[e]; listed {
			b.met[e] = true
			known = append(known, list[i])
			continue
		}
		fresh = append(fresh, list[i])
	}
	return fresh, known
}

// Gone lists the entries that nothing has matched so far, in their order in the file.
func (b *Baseline) Gone() []Entry {
	var gone []Entry
	for e, met := range b.met {
		if !met {
			gone = append(gone, e)
		}
	}
	slices.SortFunc(gone, compare)
	return gone
}

// Format writes a baseline of findings: sorted, one in a line, without a date and without line numbers, so
// that two of them merge as any text does.
func Format(list []finding.Finding) []byte {
	all := entries(list)
	slices.SortFunc(all, compare)
	out := []byte(header + "\n")
	for _, e := range slices.Compact(all) {
		out = fmt.Appendf(out, "%s\n", e)
	}
	return out
}

// String is the line of an entry.
func (e Entry) String() string {
	return fmt.Sprintf("%s\t%s\t%s\t%d", e.Code, escaped(e.Path), e.Hash, e.Ordinal)
}

func compare(a, b Entry) int {
	return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(escaped(a.Path), escaped(b.Path)), cmp.Compare(a.Hash, b.Hash), cmp.Compare(a.Ordinal, b.Ordinal))
}

// escaped is a path in one line: what does not print is written as in Go.
func escaped(path string) string {
	quoted := strconv.Quote(path)
	return quoted[1 : len(quoted)-1]
}

// entries are the entries of findings, in the same order. Equal ones are counted within one content of a
// file: a history holds many contents of it, and a line that stays in all of them is one.
func entries(list []finding.Finding) []Entry {
	type place struct {
		Entry
		blob string
	}
	seen := map[place]int{}
	out := make([]Entry, len(list))
	for i, f := range list {
		e := Entry{Code: f.Code, Path: f.Path, Hash: hashOf(f)}
		if f.Root != "" {
			e.Path = strings.TrimSuffix(f.Root, "/") + "/" + f.Path
		}
		at := place{Entry: e}
		if f.Commit != nil {
			at.blob = f.Commit.Blob
		}
		seen[at]++
		e.Ordinal = seen[at]
		out[i] = e
	}
	return out
}

// hashOf is a hash of a finding's line with the values cut out: of a value it must not be one, a short key
// could be guessed back. How far the line is indented does not matter.
func hashOf(f finding.Finding) string {
	line := strings.Join(strings.Fields(f.Excerpt), " ")
	if line == "" {
		line = f.Subject
	}
	sum := sha256.Sum256([]byte(line))
	return hex.EncodeToString(sum[:hashDigits/2])
}

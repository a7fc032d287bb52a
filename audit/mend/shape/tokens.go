package shape

import (
	"bytes"
	"strings"
)

// dialect is what has to be known of a language to tell its strings, comments and brackets from the rest.
// It is no parser: it sees that an edit leaves none of them open, and that nothing else moves.
type dialect struct {
	comments []string  // up to the end of the line
	block    [2]string // a comment over lines
	quotes   string    // of strings that end in their line
	long     []string  // quotes of strings over lines, the longest first
	inner    string    // what opens code in a string, up to a brace
	escape   byte
	heredocs bool
}

var (
	hcl = dialect{comments: []string{"#", "//"}, block: [2]string{"/*", "*/"}, quotes: `"`, inner: "${", escape: '\\', heredocs: true}

	cLike = dialect{
		comments: []string{"//"}, block: [2]string{"/*", "*/"}, quotes: `"'`, long: []string{`"""`, "'''", "`"}, escape: '\\',
	}
	python     = dialect{comments: []string{"#"}, quotes: `"'`, long: []string{`"""`, "'''"}, escape: '\\'}
	powerShell = dialect{comments: []string{"#"}, block: [2]string{"<#", "#>"}, long: []string{`"`, "'"}, inner: "$(", escape: '`'}
	nix        = dialect{comments: []string{"#"}, block: [2]string{"/*", "*/"}, long: []string{"''", `"`}, inner: "${", escape: '\\'}
)

// read cuts a text into tokens. What stands in brackets lies below the opening one.
func (d dialect) read(text []byte) (*node, error) {
	if tooDeep(text) {
		return nil, errNotRead
	}
	root := &node{kind: "source", at: unknown}
	path := []*node{root}
	for at := 0; at < len(text); {
		end, kind := d.next(text, at)
		if end < 0 {
			return nil, errNotRead
		}
		above := path[len(path)-1]
		made := &node{kind: kind, value: string(text[at:end]), at: at}
		switch kind {
		case "":
		case "close":
			if len(path) == 1 || !matches(above.value, text[at]) {
				return nil, errNotRead
			}
			path = path[:len(path)-1]
		default:
			above.below = append(above.below, made)
		}
		if kind == "open" {
			path = append(path, made)
		}
		at = end
	}
	if len(path) > 1 {
		return nil, errNotRead
	}
	return root, nil
}

func matches(open string, closed byte) bool {
	return strings.IndexByte("([{", open[0]) == strings.IndexByte(")]}", closed)
}

// next returns where the token that begins at a place ends, and its kind: none for blanks and comments. The
// end is -1 if it has none.
func (d dialect) next(text []byte, at int) (end int, kind string) {
	rest := text[at:]
	c := rest[0]
	if d.block[0] != "" && bytes.HasPrefix(rest, []byte(d.block[0])) {
		return skipPast(text, at+len(d.block[0]), d.block[1]), ""
	}
	for _, mark := range d.comments {
		if bytes.HasPrefix(rest, []byte(mark)) {
			return skipTo(text, at, "\n"), ""
		}
	}
	if quote := d.quote(rest); quote != "" {
		return d.stringEnd(text, at+len(quote), quote), "string"
	}
	switch {
	case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		return at + 1, ""
	case isWord(c):
		for at < len(text) && isWord(text[at]) {
			at++
		}
		return at, "word"
	case strings.IndexByte("([{", c) >= 0:
		return at + 1, "open"
	case strings.IndexByte(")]}", c) >= 0:
		return at + 1, "close"
	case d.heredocs && bytes.HasPrefix(rest, []byte("<<")):
		return hereEnd(text, at), "string"
	}
	return at + 1, "sign"
}

func (d dialect) quote(rest []byte) string {
	for _, q := range d.long {
		if bytes.HasPrefix(rest, []byte(q)) {
			return q
		}
	}
	if strings.IndexByte(d.quotes, rest[0]) >= 0 {
		return string(rest[:1])
	}
	return ""
}

// stringEnd returns where a string ends, or -1.
func (d dialect) stringEnd(text []byte, at int, quote string) int {
	oneLine := len(quote) == 1 && strings.Contains(d.quotes, quote)
	for at < len(text) {
		rest := text[at:]
		switch {
		case rest[0] == d.escape:
			at += 2
		case bytes.HasPrefix(rest, []byte(quote)):
			return at + len(quote)
		case oneLine && rest[0] == '\n':
			return -1
		case d.inner != "" && bytes.HasPrefix(rest, []byte(d.inner)):
			if at = d.innerEnd(text, at+len(d.inner)); at < 0 {
				return -1
			}
		default:
			at++
		}
	}
	return -1
}

// innerEnd returns where the code ends that was opened within a string, or -1.
func (d dialect) innerEnd(text []byte, at int) int {
	for depth := 1; at < len(text); {
		end, kind := d.next(text, at)
		switch {
		case end < 0:
			return -1
		case kind == "open":
			depth++
		case kind == "close":
			if depth--; depth == 0 {
				return end
			}
		}
		at = end
	}
	return -1
}

// hereEnd returns where a here document ends, or the two signs if it is none.
func hereEnd(text []byte, at int) int {
	line := text[at:skipTo(text, at, "\n")]
	found := heredoc.FindSubmatch(line)
	if found == nil {
		return at + 2
	}
	return heredocEnd(text, at+len(line), []string{string(found[1])})
}

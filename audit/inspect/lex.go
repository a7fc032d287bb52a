package inspect

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"example.com/keyturn/audit/pattern"
)

// class is what a span of text is to its language.
type class int

const (
	comment class = iota + 1
	quoted        // a string, its quotes included
)

// span is a part of a text: [start, end).
type span struct {
	start, end int
	class      class
}

func (s span) holds(at int) bool { return s.start <= at && at < s.end }

// quote is one way to write a string.
type quote struct {
	open, close string
	escape      byte // 0: none
	lines       bool // it may go over several lines
}

// syntax is what the lexer has to know of a language.
type syntax struct {
	lines   []string // what opens a comment to the end of the line
	apart   bool     // only at the start of a word
	blocks  [][2]string
	quotes  []quote
	heredoc bool
	nested  bool   // a block comment may hold another
	after   string // besides white space, what may stand before a comment
	code    bool   // a bare word is a name, not a value
}

var (
	plainQuotes = []quote{{`"`, `"`, '\\', false}, {`'`, `'`, '\\', false}}
	shellQuotes = []quote{{`"`, `"`, '\\', true}, {`'`, `'`, 0, true}}
	curlyQuotes = []quote{{`"""`, `"""`, '\\', true}, {`"`, `"`, '\\', false}, {`'`, `'`, '\\', false}, {"`", "`", '\\', true}}
	slashes     = [][2]string{{"/*", "*/"}}
)

var syntaxes = map[language]syntax{
	plain:          {lines: []string{"#"}, apart: true, quotes: plainQuotes},
	tomlText:       {lines: []string{"#"}, quotes: []quote{{`"""`, `"""`, '\\', true}, {`'''`, `'''`, 0, true}, {`"`, `"`, '\\', false}, {`'`, `'`, 0, false}}},
	hclText:        {lines: []string{"#", "//"}, apart: true, blocks: slashes, quotes: []quote{{`"`, `"`, '\\', false}}, heredoc: true},
	dockerText:     {lines: []string{"#"}, apart: true, quotes: []quote{{`"`, `"`, '\\', true}, {`'`, `'`, 0, true}}, heredoc: true},
	dotenvText:     {lines: []string{"#"}, apart: true, quotes: []quote{{`"`, `"`, '\\', false}, {`'`, `'`, 0, false}}},
	shellText:      {lines: []string{"#"}, apart: true, after: "`", quotes: shellQuotes, heredoc: true},
	makeText:       {lines: []string{"#"}, apart: true, after: "@-", quotes: []quote{{`"`, `"`, '\\', false}, {`'`, `'`, 0, false}}},
	nixText:        {lines: []string{"#"}, apart: true, blocks: slashes, quotes: []quote{{`''`, `''`, 0, true}, {`"`, `"`, '\\', true}}, code: true},
	powershellText: {lines: []string{"#"}, apart: true, blocks: [][2]string{{"<#", "#>"}}, quotes: []quote{{`"`, `"`, '`', true}, {`'`, `'`, 0, true}}, code: true},
	batchText:      {lines: []string{"rem ", "REM ", "Rem ", "::", "@rem ", "@REM "}, apart: true},
	curlyText:      {lines: []string{"//"}, blocks: slashes, quotes: curlyQuotes, code: true},
	phpText:        {lines: []string{"//", "#"}, apart: true, blocks: slashes, quotes: curlyQuotes[1:3], code: true},
	groovyText:     {lines: []string{"//"}, blocks: slashes, quotes: append([]quote{{`'''`, `'''`, '\\', true}}, curlyQuotes[:3]...), code: true},
	pythonText:     {lines: []string{"#"}, quotes: []quote{{`"""`, `"""`, '\\', true}, {`'''`, `'''`, '\\', true}, {`"`, `"`, '\\', false}, {`'`, `'`, '\\', false}}, code: true},
	rubyText:       {lines: []string{"#"}, apart: true, blocks: [][2]string{{"\n=begin", "\n=end"}}, quotes: plainQuotes, heredoc: true, code: true},
	iniText:        {lines: []string{"#", ";", "!"}, apart: true},
	xmlText:        {blocks: [][2]string{{"<!--", "-->"}}},
	dashesText:     {lines: []string{"--"}, apart: true, blocks: [][2]string{{"(*", "*)"}, {"/*", "*/"}, {"--[[", "]]"}, {"{-", "-}"}}, quotes: []quote{{`"`, `"`, '\\', true}}},
	roffText:       {lines: []string{`.\"`, `\"`, `'\"`}},
	markdownText:   {blocks: [][2]string{{"<!--", "-->"}, {"{/*", "*/}"}}},
	rstText:        {},
	asciidocText:   {lines: []string{"\n//"}, blocks: [][2]string{{"\n////", "\n////"}}},
	proseText:      {},
	orgText:        {lines: []string{"\n# "}},
	jsonText:       {lines: []string{"//"}, blocks: slashes, quotes: []quote{{`"`, `"`, '\\', false}}},
}

// lexer walks over a text once.
type lexer struct {
	text  []byte
	s     syntax
	at    int
	spans []span
	open  map[string]bool // words of heredocs that nothing ends
}

// lex returns the comments and strings of a text, in order.
func lex(text []byte, s syntax) []span {
	l := lexer{text: text, s: s}
	for l.at < len(text) {
		if !l.comment() && !l.quote() && !l.heredoc() {
			l.at++
		}
	}
	return l.spans
}

func (l *lexer) add(end int, c class) {
	if end > l.at {
		l.spans = append(l.spans, span{l.at, end, c})
	}
	l.at = end
}

func (l *lexer) startsWord() bool {
	return l.at == 0 || strings.IndexByte(" \t\r\n;(&|", l.text[l.at-1]) >= 0 || strings.IndexByte(l.s.after, l.text[l.at-1]) >= 0
}

func (l *lexer) comment() bool {
	rest := l.text[l.at:]
	for _, b := range l.s.blocks {
		if bytes.HasPrefix(rest, []byte(b[0])) {
			l.add(l.at+blockEnd(rest, b, l.s.nested), comment)
			return true
		}
	}
	for _, open := range l.s.lines {
		if !bytes.HasPrefix(rest, []byte(open)) || l.s.apart && !l.startsWord() || open == "//" && l.inAddress() {
			continue
		}
		if (open == ";" || open == "!") && len(bytes.TrimSpace(l.text[lineStart(l.text, l.at):l.at])) > 0 {
			continue // a value may hold one
		}
		from := l.at
		if open[0] == '\n' {
			from++
		}
		l.add(lineEnd(l.text, from), comment)
		return true
	}
	return false
}

// blockEnd is how long the block comment is that a text begins with.
func blockEnd(text []byte, b [2]string, nested bool) int {
	depth := 1
	for i := len(b[0]); i < len(text); i++ {
		switch {
		case bytes.HasPrefix(text[i:], []byte(b[1])):
			if depth--; depth == 0 {
				return i + len(b[1])
			}
			i += len(b[1]) - 1
		case nested && bytes.HasPrefix(text[i:], []byte(b[0])):
			depth++
			i += len(b[0]) - 1
		}
	}
	return len(text)
}

// inAddress reports whether two slashes belong to https://…
func (l *lexer) inAddress() bool { return l.at > 0 && l.text[l.at-1] == ':' }

func (l *lexer) quote() bool {
	rest := l.text[l.at:]
	for _, q := range l.s.quotes {
		if !bytes.HasPrefix(rest, []byte(q.open)) {
			continue
		}
		if end, ok := closing(rest[len(q.open):], q); ok {
			l.string(l.at + len(q.open) + end)
		} else {
			l.at += len(q.open) // an apostrophe, perhaps: no string begins
		}
		return true
	}
	return false
}

// string takes a string. The lines of a long one that begin with # are comments of what it holds: a script,
// a file.
func (l *lexer) string(end int) {
	first := bytes.IndexByte(l.text[l.at:end], '\n')
	if first < 0 {
		l.add(end, quoted)
		return
	}
	for _, c := range lineComments(l.text, l.at+first+1, end) {
		l.add(c.start, quoted)
		l.add(c.end, comment)
	}
	l.add(end, quoted)
}

// closing is how long a string is behind its opening quote, the closing one included; false if it is not
// closed where it must be.
func closing(rest []byte, q quote) (int, bool) {
	for i := 0; i < len(rest); i++ {
		switch {
		case q.escape != 0 && rest[i] == q.escape:
			i++
		case rest[i] == '\n' && !q.lines:
			return 0, false
		case bytes.HasPrefix(rest[i:], []byte(q.close)):
			return i + len(q.close), true
		}
	}
	return 0, false
}

var heredocStart = pattern.New(`^<<[-~]?[ \t]?(['"]?)([A-Za-z_]\w*)(['"]?)`)

// heredoc takes the lines up to the word as one script, in which a line may still be a comment.
func (l *lexer) heredoc() bool {
	if !l.s.heredoc || l.text[l.at] != '<' {
		return false
	}
	m := heredocStart.FindSubmatch(l.text[l.at:])
	if m == nil {
		return false
	}
	if l.open[string(m[2])] {
		return false
	}
	begin := lineEnd(l.text, l.at)
	end, ok := heredocEnd(l.text, begin, m[2])
	if !ok {
		if l.open == nil {
			l.open = map[string]bool{}
		}
		l.open[string(m[2])] = true
		return false
	}
	for _, s := range lex(l.text[l.at+len(m[0]):begin], l.s) { // the rest of the line is the shell's
		l.spans = append(l.spans, span{s.start + l.at + len(m[0]), s.end + l.at + len(m[0]), s.class})
	}
	if strings.TrimSpace(string(l.text[lineStart(l.text, l.at):l.at])) == ":" { // : <<WORD is how a shell comments a block out
		l.spans = append(l.spans, span{begin, end, comment})
	} else {
		l.spans = append(l.spans, lineComments(l.text, begin, end)...)
	}
	l.at = end
	return true
}

func heredocEnd(text []byte, from int, word []byte) (int, bool) {
	for at := from; at < len(text); {
		at++
		end := lineEnd(text, at)
		if bytes.Equal(bytes.TrimSpace(text[at:end]), word) {
			return end, true
		}
		at = end
	}
	return 0, false
}

// lineComments returns the lines between two places that begin with #.
func lineComments(text []byte, from, to int) []span {
	var list []span
	for at := from; at < to; {
		end := min(lineEnd(text, at), to)
		line := bytes.TrimLeft(text[at:end], " \t")
		if len(line) > 0 && line[0] == '#' {
			list = append(list, span{end - len(line), end, comment})
		}
		at = end + 1
	}
	return list
}

func lineStart(text []byte, at int) int { return bytes.LastIndexByte(text[:at], '\n') + 1 }

// lineEnd is where the line break behind a place is, or the end of the text.
func lineEnd(text []byte, at int) int {
	if i := bytes.IndexByte(text[min(at, len(text)):], '\n'); i >= 0 {
		return at + i
	}
	return len(text)
}

// spanAt returns the span that holds a place; false if none does. The spans are in order and apart.
func spanAt(spans []span, at int) (span, bool) {
	i, found := slices.BinarySearchFunc(spans, at, func(s span, at int) int {
		switch {
		case s.end <= at:
			return -1
		case s.start > at:
			return 1
		}
		return 0
	})
	if !found {
		return span{}, false
	}
	return spans[i], true
}

// inOrder sorts spans, and drops what begins inside of another.
func inOrder(spans []span) []span {
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	kept, end := spans[:0], 0
	for _, s := range spans {
		if s.start >= end {
			kept, end = append(kept, s), s.end
		}
	}
	return kept
}

// pythonDocs turns the strings that are statements of their own into comments: they document.
func pythonDocs(text []byte, spans []span) {
	for i, s := range spans {
		if s.class != quoted || s.end-s.start < 6 || !bytes.HasPrefix(text[s.start:], []byte(`"""`)) && !bytes.HasPrefix(text[s.start:], []byte("'''")) || len(bytes.Trim(text[lineStart(text, s.start):s.start], " \trRuUbB")) > 0 {
			continue
		}
		before := bytes.TrimRight(text[:s.start], " \t\r\nrRuUbB")
		if len(before) == 0 || bytes.IndexByte([]byte("(,=[{+\\%"), before[len(before)-1]) < 0 {
			spans[i].class = comment
		}
	}
}

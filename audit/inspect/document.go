package inspect

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/keyturn/audit/pattern"
)

// document is a file that has been read for its structure.
type document struct {
	path   string
	text   []byte
	kind   kind
	syntax syntax
	spans  []span  // comments and strings, in order
	tree   *tree   // nil where there is none
	blocks []block // of a text for people: its examples
	remark string

	starts  []int        // of the lines
	windows []span       // the lines that can matter
	whole   []span       // complete tokens
	names   []occurrence // in order, as all of these
	pins    []pin
	pinned  map[pinLine]bool
	refs    []secretRef
	values  []span // literal values: to be blotted out wherever the text is shown

	lastPlace, lastColumn int

	stages    []int      // where the stages of a Dockerfile begin
	resources []resource // of Terraform
}

// crowded: more names or versions than anybody writes by hand. Then nothing is made of what stands around a
// name, nor of what it has to do with another; comments are still comments.
const crowded = 1000

// most is how many names, versions and logins of one file are judged: more would fill the memory.
const most = 20_000

func (d *document) isCrowded() bool { return len(d.names) > crowded || len(d.pins) > crowded }

func read(name string, text []byte) *document {
	d := &document{path: name, text: text, kind: kindOf(name, text), starts: lineStarts(text)}
	d.windows = windows(text, d.starts)
	d.syntax = syntaxes[d.kind.language]
	d.syntax.nested = d.kind.nested
	switch d.kind.language {
	case yamlText:
		d.readYAML()
	case jsonText:
		d.spans = lex(text, d.syntax)
		d.readJSON()
	case markdownText, rstText, asciidocText, orgText, proseText:
		d.blocks = examples(text, d.kind.language)
		d.spans = d.proseSpans()
	default:
		d.spans = lex(text, d.syntax)
		d.readParts()
		if d.kind.patch {
			d.spans = removedLines(text, span{end: len(text)})
		}
		if d.kind.language == pythonText {
			pythonDocs(text, d.spans)
		}
	}
	return d
}

func (d *document) readYAML() {
	t, err := readYAML(d.text)
	if err != nil {
		d.remark = "it is no YAML that can be read (" + oneLine(err) + "): it was looked at line by line"
		d.syntax = syntaxes[shellText]
		d.spans = inOrder(append(templateComments(d.text), lex(d.text, syntaxes[plain])...))
		return
	}
	d.tree = t
	d.spans = yamlSpans(d.text, t)
}

func (d *document) readJSON() {
	t, err := readJSON(d.text, d.spans)
	if err != nil {
		d.remark = "it is no JSON that can be read (" + oneLine(err) + "): it was looked at line by line"
		return
	}
	d.tree = t
	if strings.HasSuffix(d.path, ".ipynb") {
		d.notebookComments()
	}
}

// notebookComments: the lines of a notebook's cells are strings, and those that begin with # are comments.
func (d *document) notebookComments() {
	for i, s := range d.spans {
		l, ok := d.leafAt(s.start + 1)
		if ok && !l.isKey && l.node.under("source") != nil && strings.HasPrefix(strings.TrimSpace(l.node.text), "#") {
			d.spans[i].class = comment
		}
	}
}

// oneLine is an error without what it quotes: a parser may repeat a value.
func oneLine(err error) string {
	text, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "yaml: "), "\n")
	if at := placeInError.FindString(text); at != "" {
		return strings.TrimSuffix(at, ":")
	}
	return "it does not parse"
}

var placeInError = pattern.New(`^line \d+:?`)

func (d *document) classAt(at int) class {
	s, _ := spanAt(d.spans, at)
	return s.class
}

// line is the line of a place, without its break.
func (d *document) line(at int) span {
	return span{start: d.from(at), end: d.to(at)}
}

// surroundings is how far a line is looked at around a place: lines of megabytes are written by programs.
const surroundings = 1 << 10

// from is where the line of a place begins, as far as it is looked at.
func (d *document) from(at int) int {
	return max(d.starts[d.lineNumber(at)-1], at-surroundings)
}

// to is where the line of a place ends, as far as it is looked at.
func (d *document) to(at int) int {
	end := min(len(d.text), at+surroundings)
	if i := bytes.IndexByte(d.text[min(at, end):end], '\n'); i >= 0 {
		return at + i
	}
	return end
}

// column counts characters from 1. Places are mostly asked for from the start of a line to its end, and each
// goes on from the last one.
func (d *document) column(at int) int {
	begin, column := d.starts[d.lineNumber(at)-1], 1
	if d.lastColumn > 0 && d.lastPlace >= begin && d.lastPlace <= at {
		begin, column = d.lastPlace, d.lastColumn
	}
	d.lastColumn = column + utf8.RuneCount(d.text[begin:at])
	d.lastPlace = at
	return d.lastColumn
}

// lineNumber counts from 1.
func (d *document) lineNumber(at int) int {
	i, found := slices.BinarySearch(d.starts, at)
	if found {
		return i + 1
	}
	return i
}

func (d *document) slice(s span) string { return string(d.text[s.start:s.end]) }

// leafAt is the key or scalar of the structure at a place.
func (d *document) leafAt(at int) (leaf, bool) {
	if d.tree == nil {
		return leaf{}, false
	}
	return d.tree.leafAt(at)
}

// blockAt is the example in which a place lies; -1 if in none.
func (d *document) blockAt(at int) int {
	i, _ := slices.BinarySearchFunc(d.blocks, at, func(b block, at int) int { return cmp.Compare(b.start, at+1) })
	if i == 0 || !d.blocks[i-1].holds(at) {
		return -1
	}
	return i - 1
}

// code reports whether a bare word at a place is a name rather than a value.
func (d *document) code(at int) bool {
	if i := d.blockAt(at); i >= 0 {
		return syntaxes[d.blocks[i].language].code && d.classAt(at) != quoted
	}
	return d.syntax.code && d.classAt(at) != quoted
}

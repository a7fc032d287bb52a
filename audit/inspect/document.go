package inspect

import (
	"regexp"
	"slices"
	"strings"
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

	names  []occurrence
	pins   []pin
	refs   []secretRef
	values []span // literal values: to be blotted out wherever the text is shown
}

func read(name string, text []byte) *document {
	d := &document{path: name, text: text, kind: kindOf(name, text)}
	d.syntax = syntaxes[d.kind.language]
	d.syntax.nested = d.kind.nested
	switch d.kind.language {
	case yamlText:
		d.readYAML()
	case jsonText:
		d.spans = lex(text, d.syntax)
		d.readJSON()
	case markdownText, rstText, asciidocText, proseText:
		d.blocks = examples(text, d.kind.language)
		d.spans = d.proseSpans()
	default:
		d.spans = lex(text, d.syntax)
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
		d.spans = lex(d.text, syntaxes[plain])
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

var placeInError = regexp.MustCompile(`^line \d+:?`)

func (d *document) classAt(at int) class {
	s, _ := spanAt(d.spans, at)
	return s.class
}

// line is the line of a place, without its break.
func (d *document) line(at int) span {
	return span{start: lineStart(d.text, at), end: lineEnd(d.text, at)}
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
	return slices.IndexFunc(d.blocks, func(b block) bool { return b.holds(at) })
}

// code reports whether a bare word at a place is a name rather than a value.
func (d *document) code(at int) bool {
	if i := d.blockAt(at); i >= 0 {
		return syntaxes[d.blocks[i].language].code && d.classAt(at) != quoted
	}
	return d.syntax.code && d.classAt(at) != quoted
}

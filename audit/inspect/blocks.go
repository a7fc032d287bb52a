package inspect

import (
	"bytes"
	"strings"

	"example.com/keyturn/audit/pattern"
)

// block is an example in a text for people.
type block struct {
	span
	language language
	diff     bool // what - begins is what was
}

var (
	fence       = pattern.New("^([ \t>]*(?:[-*+]|\\d+[.)])?[ \t>]*)(```+|~~~+)[ \t]*\\{?\\.?([\\w+#.-]*)")
	rstBlock    = pattern.New(`^(\s*)(?:\.\. (?:code-block|code|sourcecode|parsed-literal|prompt)::\s*([\w+-]*).*|(?:[^.\s]|\.[^.]).*::|::)\s*$`)
	rstRemark   = pattern.New(`^(\s*)\.\.(?:\s+[^\n]*)?$`)
	listing     = pattern.New(`^(?:----+|\.\.\.\.+|====+)\s*$`)
	listingHead = pattern.New(`^\[(?:source|listing)(?:%\w+)?,?\s*([\w+-]*)`)
	listItem    = pattern.New(`^\s*(?:[-*+]|\d+[.)])\s`)
)

var fenceLanguages = map[string]language{
	"": shellText, "sh": shellText, "bash": shellText, "shell": shellText, "zsh": shellText, "console": shellText, "shellsession": shellText, "terminal": shellText, "fish": shellText,
	"yaml": shellText, "yml": shellText, "toml": tomlText, "ini": iniText, "env": dotenvText, "dotenv": dotenvText, "properties": iniText, "make": makeText, "makefile": makeText,
	"dockerfile": dockerText, "docker": dockerText, "hcl": hclText, "terraform": hclText, "tf": hclText, "python": pythonText, "py": pythonText, "python3": pythonText,
	"powershell": powershellText, "ps1": powershellText, "pwsh": powershellText, "bat": batchText, "cmd": batchText, "batch": batchText, "ruby": rubyText, "rb": rubyText,
	"json": jsonText, "jsonc": jsonText, "json5": jsonText, "xml": xmlText, "html": xmlText, "nix": nixText, "groovy": groovyText, "jenkinsfile": groovyText, "php": phpText,
	"text": plain, "txt": plain, "plain": plain, "diff": plain, "patch": plain, "markdown": markdownText, "md": markdownText,
}

func languageOfFence(name string) language {
	if l, ok := fenceLanguages[strings.ToLower(name)]; ok {
		return l
	}
	return curlyText
}

// exampleReader walks over the lines of a text for people.
type exampleReader struct {
	text    []byte
	list    []block
	open    string // what the open block began with
	head    string // the language of the next listing
	indent  string
	last    string // the line before
	item    bool   // inside a list
	current block
}

// examples finds the blocks of code in a text for people.
func examples(text []byte, l language) []block {
	r := exampleReader{text: text}
	for at := 0; at < len(text); {
		end := lineEnd(text, at)
		line := string(bytes.TrimRight(text[at:end], "\r"))
		switch l {
		case markdownText, proseText:
			r.markdown(line, at, end)
		case asciidocText:
			r.asciidoc(line, at, end)
		case rstText:
			r.rst(line, at, end)
		case orgText:
			r.org(line, at, end)
		}
		r.last = line
		at = end + 1
	}
	if r.open != "" {
		r.close(len(text))
	}
	return r.list
}

func (r *exampleReader) begin(with string, at int, l language) {
	r.open, r.current = with, block{span: span{start: min(at, len(r.text))}, language: l}
}

func (r *exampleReader) close(at int) {
	r.current.end = at
	r.list = append(r.list, r.current)
	r.open, r.head = "", ""
}

const deep = "    " // the indent of a block without a fence

func (r *exampleReader) markdown(line string, at, end int) {
	blank, indented := strings.TrimSpace(line) == "", strings.HasPrefix(line, deep) || strings.HasPrefix(line, "\t")
	if r.open == deep && !blank && !indented {
		r.close(at)
	}
	m := fence.FindStringSubmatch(line)
	switch {
	case m != nil && r.open == "":
		r.begin(m[2], end+1, languageOfFence(m[3]))
		r.current.diff = m[3] == "diff" || m[3] == "patch"
	case m != nil && r.open != deep && strings.HasPrefix(m[2], r.open) && m[3] == "":
		r.close(at)
	case r.open == "" && indented && !r.item && !blank && strings.TrimSpace(r.last) == "":
		r.begin(deep, at, shellText)
	}
	if r.open == "" && !blank && !indented {
		r.item = listItem.MatchString(line) || r.item && strings.HasPrefix(line, " ")
	}
}

func (r *exampleReader) asciidoc(line string, at, end int) {
	switch m := listingHead.FindStringSubmatch(line); {
	case m != nil:
		r.head = m[1]
	case listing.MatchString(line) && r.open == "":
		r.begin(strings.TrimSpace(line), end+1, languageOfFence(r.head))
	case r.open != "" && strings.TrimSpace(line) == r.open:
		r.close(at)
	}
}

var orgBlock = pattern.New(`(?i)^\s*#\+(begin|end)_(?:src|example)\b[ \t]*([\w+-]*)`)

func (r *exampleReader) org(line string, at, end int) {
	switch m := orgBlock.FindStringSubmatch(line); {
	case m == nil:
	case r.open == "" && strings.EqualFold(m[1], "begin"):
		r.begin("#", end+1, languageOfFence(m[2]))
	case r.open != "" && strings.EqualFold(m[1], "end"):
		r.close(at)
	}
}

func (r *exampleReader) rst(line string, at, end int) {
	deeper := strings.HasPrefix(line, r.indent+" ") || strings.HasPrefix(line, r.indent+"\t")
	if r.open != "" && strings.TrimSpace(line) != "" && !deeper {
		r.close(at)
	}
	if m := rstBlock.FindStringSubmatch(line); r.open == "" && m != nil {
		r.indent = m[1]
		r.begin("::", end+1, languageOfFence(m[2]))
	}
}

// rstComments are the comments of a reStructuredText: two dots that begin no directive, and what is
// indented below them.
func rstComments(text []byte) []span {
	var list []span
	for at := 0; at < len(text); {
		end := lineEnd(text, at)
		m := rstRemark.FindSubmatch(bytes.TrimRight(text[at:end], "\r"))
		if m == nil || bytes.Contains(text[at:end], []byte("::")) || bytes.Contains(text[at:end], []byte(".. _")) {
			at = end + 1
			continue
		}
		last := end
		for next := end + 1; next < len(text); {
			stop := lineEnd(text, next)
			if line := text[next:stop]; len(bytes.TrimSpace(line)) > 0 {
				if indentOf(line) <= len(m[1]) {
					break
				}
				last = stop
			}
			next = stop + 1
		}
		list = append(list, span{at, last, comment})
		at = last + 1
	}
	return list
}

// proseSpans are the comments of a text for people: its own, and those in its examples.
func (d *document) proseSpans() []span {
	var spans []span
	for _, s := range lex(d.text, d.syntax) {
		if d.blockAt(s.start) < 0 && s.class == comment {
			spans = append(spans, s)
		}
	}
	if d.kind.language == rstText {
		for _, s := range rstComments(d.text) {
			if d.blockAt(s.start) < 0 {
				spans = append(spans, s)
			}
		}
	}
	for _, b := range d.blocks {
		for _, s := range lex(d.text[b.start:min(b.end, len(d.text))], syntaxes[b.language]) {
			spans = append(spans, span{s.start + b.start, s.end + b.start, s.class})
		}
		if b.diff {
			spans = append(spans, removedLines(d.text, b.span)...)
		}
	}
	return inOrder(spans)
}

// removedLines are the lines of a patch that are gone with it.
func removedLines(text []byte, in span) []span {
	var list []span
	for at := in.start; at < in.end; {
		end := lineEnd(text, at)
		if at < len(text) && text[at] == '-' {
			list = append(list, span{at, end, comment})
		}
		at = end + 1
	}
	return list
}

package inspect

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/pattern"
)

// use is an occurrence of the old or a misspelled name that has to change.
type use struct {
	occurrence
	withheld string
	fallback bool // the new name is asked first
	contract bool // the other side of an interface has to change with it
	literal  bool // it is given a legacy key
	foreign  bool // it is read here, and given elsewhere
	rival    bool // the block gives another misspelling of the same name a value
	beside   *use // the legacy name, of a misspelled one in the same block
}

func manual(reason string) finding.Fix {
	return finding.Fix{Kind: finding.Manual, Reason: reason, Edits: []finding.Edit{}}
}

// fixFor is what mends the uses in one line.
func (d *document) fixFor(line []use) finding.Fix {
	line = withoutKept(line)
	for _, u := range line {
		switch {
		case u.withheld != "":
			return withheld(u.withheld)
		case u.fallback:
			return manual("the new name is asked first: leave the old one out")
		case u.rival:
			return manual("the name is misspelled in two ways side by side: see which of the two is meant")
		case u.contract:
			return manual("whoever calls this has to change with it: rename both sides together")
		}
	}
	for _, u := range line {
		if twin, ok := d.twin(u.occurrence); ok && u.which == legacyName {
			return d.deletion(u.occurrence, twin)
		} else if ok {
			return manual("line " + itoa(d.lineNumber(twin.start)) + " has the right name already: see which of the two is meant")
		}
	}
	if legacy := line[0].beside; legacy != nil {
		if legacy.withheld != "" || legacy.fallback || legacy.contract {
			return manual("line " + itoa(d.lineNumber(legacy.start)) + " gives it under the legacy name, which stays: keep one of the two")
		}
		return d.deletion(line[0].occurrence, legacy.occurrence)
	}
	fix := finding.Fix{Kind: finding.Rename, Edits: []finding.Edit{}}
	for _, u := range line {
		if u.foreign {
			continue
		}
		fix.Edits = append(fix.Edits, finding.Edit{Start: u.start, End: u.end, Text: u.successor()})
	}
	if d.fromSettings(line) {
		fix.Reason = "the pipeline's settings give it: they need " + line[0].successor() + " first"
	}
	if len(fix.Edits) == 0 {
		return manual("it is given elsewhere under this name: rename it there too")
	}
	return fix
}

// fromSettings reports whether a line only takes the variable, and no line of the pipeline gives it.
func (d *document) fromSettings(line []use) bool {
	if !d.kind.ci || d.kind.github || d.isCrowded() {
		return false
	}
	return !slices.ContainsFunc(line, func(u use) bool {
		return u.role != reads && u.role != passes || d.setHere(u.name(), u.leaf.node)
	})
}

// withoutKept leaves out the variable of a tool that has to keep its name, where the line gives it to one that
// has not: LOCALSTACK_API_KEY=${var.localstack_api_key}.
func withoutKept(line []use) []use {
	free := slices.DeleteFunc(slices.Clone(line), func(u use) bool { return u.lower && u.withheld != "" })
	if len(free) == 0 || slices.ContainsFunc(free, func(u use) bool { return u.withheld != "" || u.lower }) {
		return line
	}
	return free
}

const blockLines = 14 // how far apart two lines of one block may be

// twin is where the new name is given or handed on in the same block, in the same way.
func (d *document) twin(o occurrence) (occurrence, bool) {
	if o.role != sets && o.role != passes && o.role != mention || d.isCrowded() {
		return occurrence{}, false
	}
	for _, n := range d.names {
		if n.which != newName || n.lower != o.lower || d.classAt(n.start) == comment || n.role == reads {
			continue
		}
		if d.siblings(o, n) || d.parallel(o, n) {
			return n, true
		}
	}
	return occurrence{}, false
}

// legacyBeside is where the legacy name stands in the same mapping or list as a misspelled one: both renamed,
// the new one would stand there twice.
func (d *document) legacyBeside(u use, uses []use) *use {
	if u.which != misspelled || d.isCrowded() {
		return nil
	}
	for i := range uses {
		if uses[i].which == legacyName && d.siblings(u.occurrence, uses[i].occurrence) {
			return &uses[i]
		}
	}
	return nil
}

// siblings: two entries of one mapping, or two items of one list.
func (d *document) siblings(a, b occurrence) bool {
	if !a.tied || !b.tied || a.leaf.node == b.leaf.node {
		return false
	}
	x, y := entry(a), entry(b)
	return x != nil && y != nil && x != y && x.parent == y.parent && x.parent != nil
}

// entry is the member of a mapping or a list that an occurrence names.
func entry(o occurrence) *node {
	n := o.leaf.node
	switch {
	case o.leaf.isKey:
		return n
	case n.parent == nil || n.block:
		return nil
	case n.parent.form == sequence && o.start == n.valueAt.start:
		return n
	case strings.EqualFold(n.key, "name") && n.parent.parent != nil && n.parent.parent.form == sequence:
		return n.parent
	}
	return nil
}

// parallel: two lines that begin alike, near each other, with nothing between them that is less indented.
func (d *document) parallel(a, b occurrence) bool {
	la, lb := d.line(a.start), d.line(b.start)
	if a.tied != b.tied || a.tied && (a.leaf.node != b.leaf.node || a.leaf.isKey) {
		return false
	}
	if la == lb {
		return optionBefore.MatchString(string(d.text[la.start:a.start])) && optionBefore.MatchString(string(d.text[la.start:b.start])) && d.command(a.start) != "" && !strings.Contains(d.slice(span{start: min(a.start, b.start), end: max(a.start, b.start)}), ";")
	}
	before := strings.TrimPrefix(string(d.text[la.start:a.start]), byteOrderMark)
	if before != strings.TrimPrefix(string(d.text[lb.start:b.start]), byteOrderMark) || d.kind.docs && d.blockAt(a.start) < 0 || d.blockAt(a.start) != d.blockAt(b.start) {
		return false
	}
	if d.kind.language == dotenvText {
		return true
	}
	if d.kind.language == dockerText && d.stageOf(a.start) != d.stageOf(b.start) {
		return false
	}
	from, to := min(la.start, lb.start), max(la.end, lb.end)
	if (d.kind.language == tomlText || d.kind.language == iniText) && section.Match(d.text[from:to]) {
		return false
	}
	lines := bytes.Split(d.text[from:to], []byte{'\n'})
	if len(lines) > blockLines {
		return false
	}
	indent := indentOf([]byte(before))
	return !slices.ContainsFunc(lines, func(l []byte) bool { return len(bytes.TrimSpace(l)) > 0 && indentOf(l) < indent }) && d.sameCall(lines)
}

// sameCall: no statement that is not of the kind ends between two lines of a program.
func (d *document) sameCall(lines [][]byte) bool {
	if !d.syntax.code {
		return true
	}
	return !slices.ContainsFunc(lines, func(l []byte) bool { return len(bytes.TrimSpace(l)) == 0 })
}

const byteOrderMark = "\ufeff"

var section = pattern.New(`(?m)^\s*\[`)

func indentOf(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " \t")) }

var optionBefore = pattern.New(`(?:-e|--env|--build-arg)[ =]["']?$`)

// deletion takes out the line of the old name, if it stands there alone; else a person has to.
func (d *document) deletion(o, twin occurrence) finding.Fix {
	beside := "line " + itoa(d.lineNumber(twin.start)) + " has the new name already"
	if twin.which == legacyName {
		beside = "line " + itoa(d.lineNumber(twin.start)) + " gets the new name"
	}
	if edit, ok := d.lineEdit(o, twin); ok {
		return finding.Fix{Kind: finding.Delete, Reason: beside, Edits: []finding.Edit{edit}}
	}
	if edit, ok := d.optionEdit(o, twin); ok {
		return finding.Fix{Kind: finding.Rewrite, Reason: beside, Edits: []finding.Edit{edit}}
	}
	return manual(beside + ": take the old one out")
}

func (d *document) lineEdit(o, twin occurrence) (finding.Edit, bool) {
	line := d.line(o.start)
	text := strings.TrimRight(d.slice(line), " \t\r")
	if line.holds(twin.start) || !balanced(text) || o.tied && o.leaf.node.form != scalar || d.kind.language == yamlText && (strings.HasSuffix(text, "|") || strings.HasSuffix(text, ">")) {
		return finding.Edit{}, false
	}
	if o.tied && (d.goesOn(o.leaf.node) || !o.leaf.isKey && strings.EqualFold(o.leaf.node.key, "name")) {
		return finding.Edit{}, false
	}
	if d.flows(o) {
		return finding.Edit{}, false
	}
	above := bytes.TrimRight(d.text[:line.start], " \t\r\n")
	continued := len(above) > 0 && (above[len(above)-1] == '\\' || above[len(above)-1] == '`' && d.kind.language == powershellText)
	switch {
	case continued && !strings.HasSuffix(text, `\`) && !strings.HasSuffix(text, "`"):
		return finding.Edit{}, false
	case !continued && strings.HasSuffix(text, `\`):
		return finding.Edit{}, false
	case d.syntax.code && strings.HasPrefix(strings.TrimSpace(text), ".") && strings.HasSuffix(text, ";"):
		return finding.Edit{}, false
	case !strings.HasSuffix(text, ",") && len(above) > 0 && above[len(above)-1] == ',' && !strings.HasSuffix(text, ";"):
		return finding.Edit{Start: len(above) - 1, End: line.start + len(text)}, true
	}
	start := line.start
	if start == 0 && bytes.HasPrefix(d.text, []byte(byteOrderMark)) {
		start = len(byteOrderMark) // it is the file's, not the line's
	}
	return finding.Edit{Start: start, End: min(line.end+1, len(d.text))}, true
}

// flows reports whether the line holds more than the entry: a mapping in braces, a second statement.
func (d *document) flows(o occurrence) bool {
	line := d.line(o.start)
	before := strings.TrimLeft(string(d.text[line.start:o.start]), " \t")
	after := string(d.text[o.end:line.end])
	if o.tied && (d.kind.language == yamlText) && o.leaf.node.parent != nil {
		return strings.ContainsAny(before, "{[")
	}
	return strings.Contains(after, " && ") || strings.Contains(before, "&& ") || strings.Contains(before, "; ") || optionBefore.MatchString(before) && !optionAlone.MatchString(strings.TrimSpace(d.slice(line)))
}

var optionAlone = pattern.New(`^(?:-e|--env|--build-arg)[ =](?:"[^"]*"|'[^']*'|\S+)(?:\s*[\\` + "`" + `])?$`)

// goesOn reports whether a scalar goes over several lines.
func (d *document) goesOn(n *node) bool {
	return n.block || bytes.IndexByte(d.text[n.valueAt.start:n.valueAt.end], '\n') >= 0 || n.keyAt.end > 0 && n.valueAt.end > 0 && bytes.IndexByte(d.text[n.keyAt.end:n.valueAt.start], '\n') >= 0
}

var option = pattern.New(`^(?:-e|--env|--build-arg)[ =](?:"[^"\n]*"|'[^'\n]*'|[^\s"']+(?:"[^"\n]*"|'[^'\n]*')?)[ \t]*`)

// optionEdit takes -e NAME=… out of a command line.
func (d *document) optionEdit(o, twin occurrence) (finding.Edit, bool) {
	line := d.line(o.start)
	m := optionBefore.FindIndex(d.text[line.start:o.start])
	if m == nil || !line.holds(twin.start) {
		return finding.Edit{}, false
	}
	start := line.start + m[0]
	got := option.Find(d.text[start:line.end])
	if got == nil || start <= twin.start && twin.start < start+len(got) {
		return finding.Edit{}, false
	}
	return finding.Edit{Start: start, End: start + len(got)}, true
}

func balanced(line string) bool {
	for _, pair := range []string{"()", "[]", "{}"} {
		if strings.Count(line, pair[:1]) != strings.Count(line, pair[1:]) {
			return false
		}
	}
	return strings.Count(line, `"`)%2 == 0
}

// tidy puts edits in order, and drops those that stand there twice.
func tidy(edits []finding.Edit) []finding.Edit {
	slices.SortFunc(edits, func(a, b finding.Edit) int { return cmp.Compare(a.Start, b.Start) })
	return slices.Compact(edits)
}

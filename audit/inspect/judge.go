package inspect

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/keyturn/audit/blot"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/pattern"
)

func itoa(n int) string { return strconv.Itoa(n) }

// judge gathers all findings about a document.
func (d *document) judge() []finding.Finding {
	d.findNames()
	d.findRefs()
	d.findPins()
	keys := d.literals()
	slices.SortFunc(d.values, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	list := d.judgeTokens()
	if d.kind.log {
		return list
	}
	uses := d.uses(keys)
	d.withhold(uses)
	inputs := d.judgeInputs()
	refs := d.judgeRefs()
	d.creditBeside(d.credentials(uses, inputs))
	list = append(list, d.judgeUses(uses)...)
	list = append(list, d.judgeKeys(keys)...)
	list = append(list, inputs...)
	list = append(list, refs...)
	list = append(list, d.judgePins()...)
	return append(list, d.judgeLogins()...)
}

func (d *document) judgeTokens() []finding.Finding {
	var list []finding.Finding
	for _, s := range d.tokenSpans() {
		f := d.at(s, finding.HardcodedAuthToken)
		f.Value = d.secretAt(s)
		f.Message = "a complete Auth Token is written here: whoever reads the file has it"
		f.Fix = manual("rotate it, keep the new one in a secret store, and read it from there")
		list = append(list, f)
	}
	return list
}

func (d *document) judgeKeys(keys []literal) []finding.Finding {
	var list []finding.Finding
	for _, k := range keys {
		f := d.at(k.span, finding.LegacyKeyLiteral)
		f.Subject = k.to.name()
		f.Value = d.secretAt(k.span)
		f.Message = "a legacy key is written here, as the value of " + k.to.name()
		if k.to.which == newName {
			f.Message += ", which takes no legacy key"
		}
		f.Fix = manual("rotate or revoke the key, keep the new token in a secret store, and read it from there")
		list = append(list, f)
	}
	return list
}

// uses are the occurrences that have to change.
func (d *document) uses(keys []literal) []use {
	var list []use
	for _, o := range d.names {
		if o.which == newName || d.isSecretName(o) || d.isInput(o) || d.idle(o) {
			continue
		}
		u := use{occurrence: o, fallback: o.which == legacyName && d.isFallback(o), contract: d.isContract(o)}
		u.literal = slices.ContainsFunc(keys, func(k literal) bool { return k.to.start == o.start && k.to.which == legacyName })
		list = append(list, u)
	}
	return list
}

var localSource = pattern.New(`\bsource\s*=\s*"\.{1,2}/`)

// isForeignModule reports whether a place lies in the call of a module that is kept elsewhere, and keeps the
// names of its variables.
func (d *document) isForeignModule(at int) bool {
	r := d.resourceAt(at)
	return strings.HasPrefix(r.name, "module.") && !localSource.Match(d.text[r.start:r.end])
}

var clusterSecret = pattern.New(`(?s)(?:^|\n)resource\s+"kubernetes_secret(?:_v1)?"\s+"[^"]*"\s*\{(?:[^}]|\n[ \t]+[^\n]*\})*$`)

var clusterKey = pattern.New(`--from-literal[= ]["']?$`)

var joint = pattern.New(`\|\||\?\?|\?:|\bor\b|:-|\bOr(?:Else)?\b|or_?[eE]lse|,\s*(?:os|System|process|Environment|env)?\W*\w*(?:[gG]et|env|ENV)|[cC]oalesce|[fF]irst\w*\(|\belse\b|default\(|\bunless\b|:=`)

var jointLines = pattern.New(`(?:\|\||\?\?|\?:|\bor|orElse\w*\(|[oO]rElseGet\()\s*\n|\n\s*(?:\|\||\?\?|\?:|or\b|\.or\w*\()|\n\s*(?:if|unless)\b[^\n]*(?:==\s*(?:""|''|nil|null|None)|\bnot |!|is None|[eE]mpty|-z )[^\n]*\n|\n[^\n]*[!=]=\s*(?:null|nil|None|undefined)\s*\?[^\n]*:`)

// isFallback: the new name is asked first and the old one after it, in one line or in two that are joined.
func (d *document) isFallback(o occurrence) bool {
	if o.role == sets || o.role == passes || d.isCrowded() {
		return false
	}
	line := d.line(o.start)
	for _, n := range d.names {
		if n.which != newName || n.role == sets || n.role == passes || d.classAt(n.start) == comment {
			continue
		}
		from, to := min(n.end, o.end), max(n.start, o.start)
		if line.holds(n.start) && joint.Match(d.text[from:to]) || bytes.Count(d.text[from:to], []byte{'\n'}) <= 2 && jointLines.Match(d.text[from:to]) {
			return true
		}
	}
	return false
}

// isContract: the name is part of an interface: the secrets that a reusable workflow takes, the parameters of
// an orb, a key under which a cluster keeps a secret, a field that a program has.
func (d *document) isContract(o occurrence) bool {
	if d.kind.language == hclText && o.lower && o.role == sets && d.isForeignModule(o.start) {
		return true
	}
	if d.kind.language == hclText && !o.lower && o.role == sets && clusterSecret.Match(d.text[:o.start]) {
		return true
	}
	if o.lower && d.kind.language == pythonText || clusterKey.MatchString(d.head(o)) {
		return true
	}
	if !o.tied {
		return false
	}
	parent := o.leaf.node.parent
	switch {
	case parent == nil:
		return false
	case !o.leaf.isKey && o.leaf.node.key == "secretKey":
		return true
	case !o.leaf.isKey:
		return strings.EqualFold(parent.key, "literals") && parent.under("secretGenerator") != nil
	case strings.EqualFold(parent.key, "data") || strings.EqualFold(parent.key, "stringData"):
		return parent.parent != nil && parent.parent.value("kind") == "Secret"
	case d.kind.ci && (parent.key == "parameters" || parent.key == "inputs") || d.kind.github && parent.key == "with":
		return true
	}
	return d.kind.github && strings.EqualFold(parent.key, "secrets") && parent.parent != nil && (parent.parent.key == "workflow_call" || parent.parent.child("uses") != nil)
}

// judgeUses tells of the uses, one finding a line and name.
func (d *document) judgeUses(uses []use) []finding.Finding {
	var list []finding.Finding
	set := d.setMisspelled(uses)
	for i := 0; i < len(uses); {
		j := i + 1
		for j < len(uses) && d.lineNumber(uses[j].start) == d.lineNumber(uses[i].start) {
			j++
		}
		for _, w := range []which{legacyName, misspelled} {
			var same []use
			for _, u := range uses[i:j] {
				if u.which == w {
					u.foreign = w == misspelled && u.role == reads && !set[d.slice(u.span)]
					u.rival = w == misspelled && d.hasRival(u, uses)
					u.beside = d.legacyBeside(u, uses)
					same = append(same, u)
				}
			}
			if len(same) > 0 {
				list = append(list, d.judgeLine(same))
			}
		}
		i = j
	}
	return list
}

// hasRival reports whether the block gives another misspelling of the same name a value.
func (d *document) hasRival(u use, uses []use) bool {
	return !d.isCrowded() && u.role == sets && slices.ContainsFunc(uses, func(other use) bool {
		return other.which == misspelled && other.role == sets && d.slice(other.span) != d.slice(u.span) &&
			(d.siblings(u.occurrence, other.occurrence) || d.parallel(u.occurrence, other.occurrence))
	})
}

// setMisspelled are the misspelled names that the file gives a value that is not their own.
func (d *document) setMisspelled(uses []use) map[string]bool {
	set := map[string]bool{}
	for _, u := range uses {
		if u.which != misspelled || u.role != sets {
			continue
		}
		rest := string(d.text[u.end:d.to(u.end)])
		if name := d.slice(u.span); !strings.Contains(rest, name) {
			set[name] = true
		}
	}
	return set
}

func (d *document) judgeLine(line []use) finding.Finding {
	first := line[0]
	code := finding.LegacyEnvVar
	if first.which == misspelled {
		code = finding.MisnamedTokenVar
	}
	f := d.at(first.span, code)
	f.Subject = d.slice(first.span)
	for _, u := range line {
		f.Takes = f.Takes || u.role == reads || u.role == passes
		f.Tool = f.Tool || u.lower
	}
	f.Fix = d.fixFor(line)
	f.Fix.Edits = tidy(f.Fix.Edits)
	if f.Fix.Kind == finding.Rename {
		f.Fix.Optional = d.secretEdits(line)
	}
	switch {
	case first.which == misspelled:
		f.Message = f.Subject + " is read by no client: the variable is " + finding.NewVariable
	case d.kind.docs || d.isMarkdownCell(first.occurrence):
		f.Severity = finding.Note
		f.Message = f.Subject + " is documented for use: the variable is " + first.successor()
	default:
		f.Message = f.Subject + " is " + deed(line) + ": the variable is " + first.successor()
	}
	return f
}

// secretEdits give the secrets that feed the variables of a line the new name too.
func (d *document) secretEdits(line []use) []finding.Edit {
	if d.isCrowded() {
		return nil
	}
	var edits []finding.Edit
	for _, u := range line {
		for _, r := range d.refs {
			if name := d.slice(r.span); r.feeds == feedsLegacy && r.by.start == u.start && legacySecretName.MatchString(name) {
				edits = append(edits, finding.Edit{Start: r.start, End: r.end, Text: successorOf(name)})
			}
		}
	}
	return tidy(edits)
}

// isMarkdownCell: the words of a notebook, between its code.
func (d *document) isMarkdownCell(o occurrence) bool {
	for n := o.leaf.node; n != nil; n = n.parent {
		if n.value("cell_type") == "markdown" {
			return true
		}
	}
	return false
}

func deed(line []use) string {
	for _, u := range line {
		switch u.role {
		case sets:
			return "set"
		case passes:
			return "passed on"
		case reads:
			return "read"
		}
	}
	return "used"
}

// credentials are the places where a credential stands, of whatever kind.
func (d *document) credentials(uses []use, inputs []finding.Finding) []int {
	var places []int
	for _, o := range d.names {
		if o.which == newName && !d.idle(o) {
			places = append(places, o.start)
		}
	}
	for _, u := range uses {
		places = append(places, u.start)
	}
	for _, r := range d.refs {
		if r.feeds != feedsOther {
			places = append(places, r.start)
		}
	}
	for _, f := range inputs {
		places = append(places, d.starts[f.Line-1]+f.Column-1)
	}
	for _, s := range d.tokenSpans() {
		places = append(places, s.start)
	}
	return places
}

// at is a finding at a place of the document, with the severity of its rule.
func (d *document) at(s span, code finding.Code) finding.Finding {
	rule, _ := finding.Find(code)
	column := d.column(s.start)
	return finding.Finding{
		Path: d.path, Line: d.lineNumber(s.start), Column: column, EndColumn: column + utf8.RuneCount(d.text[s.start:s.end]),
		Code: code, Severity: rule.Severity, Excerpt: d.excerpt(s.start), Fix: finding.Fix{Edits: []finding.Edit{}},
	}
}

const longestExcerpt = 160 // characters

var longRun = pattern.New(`[A-Za-z0-9+/_-]{24,}={0,2}`)

// excerpt is the line of a place with every value blotted out: those that were found, and whatever long run
// of letters and digits might be another secret.
func (d *document) excerpt(at int) string {
	line := d.line(at)
	var b strings.Builder
	from := line.start
	first, _ := slices.BinarySearchFunc(d.values, line.start, func(v span, at int) int { return cmp.Compare(v.start, at) })
	for _, v := range d.values[first:] {
		if v.start > line.end {
			break
		}
		if v.start >= from && v.end <= line.end {
			b.Write(d.text[from:v.start])
			b.WriteString(blot.Mark)
			from = v.end
		}
	}
	b.Write(d.text[from:line.end])
	text := longRun.ReplaceAllStringFunc(string(blot.Values(nil).Line([]byte(b.String()))), func(run string) string {
		if strings.ContainsAny(run, "0123456789") && !strings.ContainsAny(run, "-_/") {
			return blot.Mark
		}
		return run
	})
	text = strings.ToValidUTF8(strings.TrimSpace(text), "�")
	if r := []rune(text); len(r) > longestExcerpt {
		return string(r[:longestExcerpt]) + "…"
	}
	return text
}

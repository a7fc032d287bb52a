package inspect

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/pattern"
)

// pin is a version of LocalStack that a file asks for, and that does not know the new variable.
type pin struct {
	span           // the version, or the image with it
	subject string // as it is told: the image with its tag
	cli     bool
	holders []*node // in whose parts of the file it counts; none without a structure
	place   int     // where its image is named, if the version is written elsewhere
	beside  bool    // a credential stands beside it
}

// pinLine is a line that asks for an old version, of an image or of the CLI.
type pinLine struct {
	line int
	cli  bool
}

// imagePattern is LocalStack's own image, wherever it is kept; an image of somebody else's by that name is not.
const imagePattern = `((?:(?:[\w.-]+(?::\d+)?/)*localstack/localstack(?:-pro|-full|-light)?)|(?:[\w-]+\.[\w.-]+(?::\d+)?/(?:[\w.-]+/)*localstack-(?:pro|full|light)))`

var (
	imageTag = pattern.New(`(?:^|[^\w./@-]|:-)` + imagePattern + `:([vV]?\d[\w.-]*|\$?\{\{[^}\n]*\}\}|[$%{][^\s"'` + "`" + `,;)\]]*)`)
	imageVar = pattern.New(`(?:^|[^\w./@-])` + imagePattern + `:["'` + "`" + `]\s*\+\s*(\w+)`)
	twoWords = pattern.New(`localstack/localstack(?:-pro|-full|-light)?["']\s*,\s*(?:\w+\s*[:=]\s*)?["']([vV]?\d[\w.-]*)["']`)
	helmTag  = pattern.New(`image\.tag=["']?([vV]?\d[\w.-]*)`)
	withTag  = pattern.New(`(?is)localstack/localstack(?:-pro|-full|-light)?["']\s*(?:,[^;]{0,80}?)?\)\s*\.\s*(?:with_?(?:image_?)?tag|tag)\s*\(\s*["']([vV]?\d[\w.-]*)["']`)
	tcVar    = pattern.New(`LocalStackContainer(?:<[^>]*>)?\(\s*(?:version\s*=\s*)?["']([vV]?\d[\w.-]*)["']`)
	urlPin   = pattern.New(`localstack-cli/releases/download/v?(\d[\w.]*)/|localstack-cli-(\d+\.\d+\.\d+)-|localstack-cli@(\d[\w.]*)`)
	spec     = `((?:===|==|~=|<=|>=|!=|<|>)\s*[vV]?\d[\w.*+]*(?:\s*,\s*(?:===|==|~=|<=|>=|!=|<|>)\s*[vV]?\d[\w.*+]*)*)`
	pipPin   = pattern.New(`(?:^|[^\w./@-])(localstack(?:[-_]ext|-core)?(?:\[[\w,\s-]*\])?)\s*\(?` + spec)
	pipVar   = pattern.New(`(?:^|[^\w./@-])(localstack(?:[-_]ext)?(?:\[[\w,\s-]*\])?)\s*==\s*["']?([$%{][^\s"';,]*)`)
	atPin    = pattern.New(`(?:uvx|uv tool run|pipx run|uv run)\s+(?:--\S+\s+)*localstack(?:\[[\w,\s-]*\])?@(\d[\w.]*)`)
	tomlPin  = pattern.New(`(?m)^\s*["']?(?:pipx:)?(localstack(?:[-_]ext)?)["']?\s*=\s*(?:\{[^}\n]*version\s*=\s*)?["']([\^~<>=!\d][^"'\n]*)["']`)
	condaPin = pattern.New(`(?:^|[\s"'])(localstack(?:-ext)?)\s*(=\s*\d[\w.*]*)(?:[\s"']|$)`)
	toolPin  = pattern.New(`(?m)^localstack\s+(\d[\w.]*)\s*$`)
)

// findPins notes the versions that are too old to know the new variable.
func (d *document) findPins() {
	for _, m := range d.findAll(imageTag) {
		if image := string(d.text[m[2]:m[3]]); strings.Contains(image, "/") {
			d.pinImage(span{start: m[2], end: m[5]}, image, string(d.text[m[4]:m[5]]))
		}
	}
	for _, m := range d.findAll(imageVar) {
		d.pinImage(span{start: m[2], end: m[3]}, string(d.text[m[2]:m[3]]), "$"+string(d.text[m[4]:m[5]]))
	}
	for _, form := range []*pattern.Pattern{withTag, tcVar, twoWords} {
		for _, m := range d.findAll(form) {
			if tag := string(d.text[m[2]:m[3]]); oldTag(tag) {
				d.addPin(pin{span: span{start: m[2], end: m[3]}, subject: "localstack/localstack:" + tag})
			}
		}
	}
	d.findPairs()
	d.findCharts()
	if bytes.Contains(d.text, []byte("image.tag")) && bytes.Contains(d.text, []byte("localstack/localstack")) {
		for _, m := range helmTag.FindAllSubmatchIndex(d.text, -1) {
			if tag := string(d.text[m[2]:m[3]]); oldTag(tag) {
				d.addPin(pin{span: span{start: m[2], end: m[3]}, subject: "localstack/localstack:" + tag})
			}
		}
	}
	d.findCLIPins()
	if d.tree != nil {
		for _, doc := range d.tree.docs {
			doc.walk(d.pinParts)
		}
	}
}

var (
	pairVar   = pattern.New(`\$[({]?(\w+)[)}]?:\$[({]?(\w+)`)
	chart     = pattern.New(`\bchart["']?\s*[:=]\s*["']?(?:[\w./:-]*/)?localstack["']?\s*(?:\n|$)`)
	tagOfText = pattern.New(`(?m)^\s*["']?tag["']?\s*[:=]\s*["']?([vV]?\d[\w.-]*)|["']image\.tag["'][,\s]*(?:\n\s*)?value\s*=\s*["']([vV]?\d[\w.-]*)`)
)

// findPairs: an image and its tag are two variables, both given in the file.
func (d *document) findPairs() {
	if !bytes.Contains(d.text, []byte(":$")) {
		return
	}
	for _, m := range pairVar.FindAllSubmatchIndex(d.text, -1) {
		value := regexp.MustCompile(`(?m)\b` + string(d.text[m[2]:m[3]]) + `["']?\s*(?::=|\?=|=|:)\s*["']?` + imagePattern + `["']?\s*(?:#.*)?$`)
		if image := value.FindSubmatch(d.text); image != nil {
			d.pinImage(span{start: m[0], end: m[1]}, string(image[1]), "$"+string(d.text[m[4]:m[5]]))
		}
	}
}

// findCharts: LocalStack's Helm chart is given a tag alone; its image is the chart's own affair.
func (d *document) findCharts() {
	for _, c := range d.findAll(chart) {
		part := d.partAround(c[0])
		for _, m := range tagOfText.FindAllSubmatchIndex(d.text[part.start:part.end], -1) {
			from, to := m[2], m[3]
			if from < 0 {
				from, to = m[4], m[5]
			}
			s := span{start: part.start + from, end: part.start + to}
			if oldTag(d.slice(s)) {
				d.addPin(pin{span: s, subject: "localstack/localstack:" + d.slice(s)})
			}
		}
	}
}

// partAround is what belongs to a chart: the resource of Terraform, or the mapping that names it.
func (d *document) partAround(at int) span {
	if d.kind.language == hclText {
		return d.resourceAt(at).span
	}
	l, ok := d.leafAt(at)
	if !ok || l.node.parent == nil {
		return span{}
	}
	part := l.at
	l.node.parent.walk(func(n *node) {
		part.start, part.end = min(part.start, max(n.keyAt.start, 0)), max(part.end, n.valueAt.end)
		if n.keyAt.end == 0 {
			part.start = min(part.start, l.at.start)
		}
	})
	return part
}

func (d *document) findCLIPins() {
	for _, m := range d.findAll(pipPin) {
		d.pinCLI(m, string(d.text[m[4]:m[5]]))
	}
	for _, m := range d.findAll(pipVar) {
		for _, def := range d.resolve(string(d.text[m[4]:m[5]]), m[4]) {
			if oldRequirement("==" + d.slice(def)) {
				d.addPin(pin{span: def, subject: string(d.text[m[2]:m[3]]) + "==" + d.slice(def), cli: true, place: m[2]})
			}
		}
	}
	for _, m := range d.findAll(urlPin) {
		for g := 2; g+1 < len(m); g += 2 {
			if m[g] >= 0 && oldRequirement("=="+string(d.text[m[g]:m[g+1]])) {
				d.addPin(pin{span: span{start: m[g], end: m[g+1]}, subject: "localstack-cli " + string(d.text[m[g]:m[g+1]]), cli: true})
				break
			}
		}
	}
	for _, m := range d.findAll(atPin) {
		d.pinCLI(m, "=="+string(d.text[m[2]:m[3]]))
	}
	switch {
	case d.kind.language == tomlText && !strings.HasSuffix(d.path, ".versions.toml"):
		for _, m := range d.findAll(tomlPin) {
			d.pinCLI(m, string(d.text[m[4]:m[5]]))
		}
	case strings.HasSuffix(d.path, ".tool-versions"):
		for _, m := range d.findAll(toolPin) {
			d.pinCLI(m, "=="+string(d.text[m[2]:m[3]]))
		}
	}
	d.findCondaPins()
}

var condaFile = pattern.New(`(?m)^dependencies:|\b(?:conda|mamba|micromamba)\s+(?:\S+\s+)*(?:install|create)`)

func (d *document) findCondaPins() {
	pins := d.findAll(condaPin)
	if len(pins) == 0 || !condaFile.Match(d.text) {
		return
	}
	for _, m := range pins {
		d.pinCLI(m, string(d.text[m[4]:m[5]]))
	}
}

// pinCLI notes a match of a package and what is required of it, from its first group on, if that is old.
func (d *document) pinCLI(m []int, requirement string) {
	if !oldRequirement(requirement) {
		return
	}
	subject := "localstack"
	if len(m) > 4 {
		subject = string(d.text[m[2]:m[3]])
	}
	if requirement = strings.TrimSpace(requirement); isDigit(requirement[0]) {
		subject += " "
	}
	subject += requirement
	d.addPin(pin{span: span{start: m[2], end: m[len(m)-1]}, subject: subject, cli: true})
}

// pinImage notes an image whose tag is old; a tag that is a variable is looked up in the file.
func (d *document) pinImage(at span, image, tag string) {
	if !strings.ContainsAny(tag[:1], "$%{") {
		if oldTag(tag) {
			d.addPin(pin{span: at, subject: image + ":" + tag})
		}
		return
	}
	for _, def := range d.resolve(tag, at.end-len(tag)) {
		if oldTag(d.slice(def)) {
			d.addPin(pin{span: def, subject: image + ":" + d.slice(def), place: at.start})
		}
	}
}

// pinParts notes an image whose tag stands under a key of its own: Helm's repository and tag, or the input
// of LocalStack's action.
func (d *document) pinParts(n *node) {
	if n.form != mapping {
		return
	}
	repository := n.value("repository")
	if repository == "" {
		repository = n.value("image")
	}
	if repository == "" {
		repository = n.value("name")
	}
	if image := localstackImage.FindString(repository); image != "" {
		d.pinTag(n.child("tag"), repository)
		d.pinTag(n.child("newTag"), repository)
	}
	if v := n.child("version").real(); v != nil && v.form == scalar && strings.Contains(n.key, "localstack-cli") && oldRequirement("=="+v.text) {
		d.addPin(pin{span: v.valueAt, subject: "localstack-cli " + v.text, cli: true})
	}
	if v := n.child("version").real(); v != nil && v.form == scalar && (n.value("name") == "localstack" || n.value("name") == "localstack-ext") && n.key != "" && n.form == mapping && strings.Contains(n.key, "pip") && oldRequirement("=="+v.text) {
		d.addPin(pin{span: v.valueAt, subject: "localstack==" + v.text, cli: true})
	}
	if strings.Contains(strings.ToLower(n.value("uses")), "localstack/setup-localstack") {
		with := n.child("with")
		d.pinTag(with.child("image-tag"), "localstack/localstack")
	}
}

var localstackImage = pattern.New(`^(?:[\w.-]+(?::\d+)?/)*localstack/localstack(?:-pro|-full|-light)?$`)

func (d *document) pinTag(tag *node, image string) {
	tag = tag.real()
	if tag == nil || tag.form != scalar {
		return
	}
	if oldTag(tag.text) {
		d.addPin(pin{span: tag.valueAt, subject: image + ":" + tag.text})
		return
	}
	if strings.Contains(tag.text, "$") {
		for _, def := range d.resolve(tag.text, tag.valueAt.start) {
			if oldTag(d.slice(def)) {
				d.addPin(pin{span: def, subject: image + ":" + d.slice(def), place: tag.valueAt.start})
			}
		}
	}
}

func (d *document) addPin(p pin) {
	if len(d.pins) >= most || d.classAt(p.start) == comment || p.place > 0 && d.classAt(p.place) == comment || d.kind.log {
		return
	}
	if d.pinned == nil {
		d.pinned = map[pinLine]bool{}
	}
	if line := (pinLine{d.lineNumber(p.start), p.cli}); d.pinned[line] {
		return // one is enough to say so
	} else {
		d.pinned[line] = true
	}
	if words := strings.Fields(lead.ReplaceAllString(d.command(p.start), "")); len(words) > 0 && slices.Contains(seekers, strings.ToLower(words[0])) {
		return
	}
	if d.kind.docs && d.blockAt(p.start) < 0 && against.MatchString(sentenceAround(d.text, p.start)) {
		return
	}
	if p.place == 0 {
		p.place = p.start
	}
	if l, ok := d.leafAt(p.place); ok {
		p.holders = d.scopes(l.node)
	}
	d.pins = append(d.pins, p)
}

var (
	variableInTag = pattern.New(`(?:[$%][{(]{0,2}|\{{1,2})\s*(?:(?:matrix|env|inputs|vars|var|local|params|parameters|args|variables)\.)?([A-Za-z_][\w.-]*)`)
	defaultInTag  = pattern.New(`\$\{[A-Za-z_]\w*:?-([vV]?\d[\w.-]*)\}`)
)

// resolve finds the values that the variable in a tag can have, as far as the file tells.
func (d *document) resolve(tag string, at int) []span {
	if m := defaultInTag.FindStringSubmatchIndex(tag); m != nil {
		return []span{{start: at + m[2], end: at + m[3]}}
	}
	m := variableInTag.FindStringSubmatch(tag)
	if m == nil {
		return nil
	}
	name := m[1][strings.LastIndexByte(m[1], '.')+1:]
	var list []span
	if l, ok := d.leafAt(at); ok {
		holder := d.scope(l.node)
		l.node.root().walk(func(n *node) {
			if related(n, holder) {
				list = append(list, definitions(n, name)...)
			}
		})
	}
	if len(list) > 0 {
		return list
	}
	for _, m := range definitionOf(name).FindAllSubmatchIndex(d.text, -1) {
		from, to := m[2], m[3]
		if from < 0 {
			from, to = m[4], m[5]
		}
		if d.classAt(from) != comment {
			list = append(list, span{start: from, end: to})
		}
	}
	return list
}

// definitions are the scalars that a key of that name holds: one, or a list of them, or a default.
func definitions(n *node, name string) []span {
	if n.key != name || n.under("exclude") != nil {
		return nil
	}
	n = n.real()
	switch n.form {
	case scalar:
		return []span{n.valueAt}
	case sequence:
		var list []span
		for _, c := range n.children {
			if c = c.real(); c.form == scalar {
				list = append(list, c.valueAt)
			}
		}
		return list
	}
	if c := n.child("default").real(); c != nil && c.form == scalar {
		return []span{c.valueAt}
	}
	return nil
}

// definitionOf matches what gives a variable a version, in the many languages that write name = value.
func definitionOf(name string) *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^\w.$-])` + regexp.QuoteMeta(name) + `(?:\s*:\s*\w+)?["']?\s*(?::=|\?=|=|:)\s*["']?(?:\$\{\w+:?-)?([vV]?\d[\w.-]*)|variable\s+"` + regexp.QuoteMeta(name) + `"\s*\{[^}]*default\s*=\s*"([vV]?\d[\w.-]*)"`)
}

// judgePins tells of old versions: an error beside a credential, else something to know.
func (d *document) judgePins() []finding.Finding {
	var list []finding.Finding
	for _, p := range d.pins {
		code, noun := finding.OutdatedImage, "the image "
		if p.cli {
			code, noun = finding.OutdatedCLI, ""
		}
		f := d.at(p.span, code)
		f.Subject = p.subject
		f.Message = noun + p.subject + " does not read " + finding.NewVariable + ": that came with 2.2"
		if p.beside {
			f.Severity = finding.Error
			f.Message += "; a rename beside it breaks the job"
		}
		f.EnvFile = slices.ContainsFunc(p.holders, func(h *node) bool { return h.child("env_file") != nil })
		f.Fix = manual("put the new token into " + finding.LegacyVariable + " now, move to version 3 or later, then rename")
		list = append(list, f)
	}
	return list
}

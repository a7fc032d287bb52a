package inspect

import (
	"bytes"
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/pattern"
)

// which says what name an occurrence is of.
type which int

const (
	legacyName which = iota
	newName
	misspelled
)

// occurrence is a place where one of the variables is named.
type occurrence struct {
	span
	which which
	lower bool // in lower case: a tool's variable
	role  role
	leaf  leaf
	tied  bool // leaf is set
}

func (o occurrence) name() string {
	switch {
	case o.which == newName && o.lower:
		return lowerNew
	case o.which == newName:
		return finding.NewVariable
	case o.lower:
		return lowerLegacy
	}
	return finding.LegacyVariable
}

// successor is what the name should be.
func (o occurrence) successor() string {
	if o.lower {
		return lowerNew
	}
	return finding.NewVariable
}

var (
	lowerLegacy = strings.ToLower(finding.LegacyVariable)
	lowerNew    = strings.ToLower(finding.NewVariable)
	identifier  = pattern.New(`[A-Za-z0-9_]*(?i:local_?stack)[A-Za-z0-9_]*|[A-Z_]*LOC[A-Z_]{12,18}`)
)

// findNames notes every place where a variable of LocalStack's is named, in whatever role.
func (d *document) findNames() {
	for _, m := range d.findAll(identifier) {
		if len(d.names) >= most {
			d.remark = "it names LocalStack's variables more than " + itoa(most) + " times: the first are judged"
			break
		}
		o := occurrence{span: span{start: m[0], end: m[1]}}
		d.shed(&o)
		id := d.slice(o.span)
		switch {
		case id == finding.LegacyVariable || id == finding.NewVariable:
		case id == lowerLegacy || id == lowerNew:
			o.lower = true
		case misspells(id):
			o.which = misspelled
		default:
			continue
		}
		if strings.EqualFold(id, finding.NewVariable) {
			o.which = newName
		}
		o.leaf, o.tied = d.leafAt(o.start)
		if !d.partOfLonger(o) && (!o.lower || d.toolVariable(o)) {
			if !d.isCrowded() {
				o.role = d.roleOf(o)
			}
			d.names = append(d.names, o)
		}
	}
}

var glued = pattern.New(`(?:^|[\s"'(])-$`)

// shed takes off what belongs to the text around a name: the letter of an escape or of an option, and the
// prefix that Terraform has for its variables.
func (d *document) shed(o *occurrence) {
	id := d.slice(o.span)
	before := d.text[d.from(o.start):o.start]
	switch {
	case len(id) > 1 && strings.ContainsRune("ntr", rune(id[0])) && bytes.HasSuffix(before, []byte(`\`)):
		o.start++
	case len(id) > 1 && strings.ContainsRune("eDPE", rune(id[0])) && id[1] == 'L' && glued.Match(before):
		o.start++
	case strings.HasPrefix(id, "TF_VAR_"):
		o.start += len("TF_VAR_")
	}
}

// partOfLonger reports whether a name goes on with a dash: my-LOCALSTACK_API_KEY is something else, but
// ${LOCALSTACK_API_KEY-} is not.
func (d *document) partOfLonger(o occurrence) bool {
	if o.end+1 < len(d.text) && d.text[o.end] == '-' && isWord(d.text[o.end+1]) && !(o.start >= 2 && d.text[o.start-1] == '{') {
		return true
	}
	if address.Match(d.text[d.from(o.start):o.start]) {
		return true
	}
	return o.start >= 2 && d.text[o.start-1] == '-' && isWord(d.text[o.start-2])
}

var (
	labels    = pattern.New(`^\s*(?:resource|data|module|output|check|provider|import|moved)\s`)
	member    = pattern.New(`(?:^|[^\w.])((?:[\w-]+\.)+)$`)
	address   = pattern.New(`\bhttps?://[^\s"'<>$]*$`)
	setInText = pattern.New(`^(?:\\s\*|\s)*=[^=]`)
	fieldType = pattern.New(`^\s*:\s*\w`)

	settingsField = pattern.New(`^\s+$`)

	varOption = pattern.New(`(?:-var[= ]|--?extra-vars?[= ]|-e |--set[= ]|TF_VAR_)["']?$`)
)

// toolVariable reports whether a name in lower case is the variable of a tool, such as Terraform or Ansible,
// rather than something of a program's own.
func (d *document) toolVariable(o occurrence) bool {
	before := string(d.text[d.from(o.start):o.start])
	if strings.HasSuffix(before, "TF_VAR_") || varOption.MatchString(before) {
		return true
	}
	l := d.kind.language
	if i := d.blockAt(o.start); i >= 0 {
		l = d.blocks[i].language
	}
	rest := d.text[o.end:d.to(o.end)]
	if d.classAt(o.start) == quoted && setInText.Match(rest) {
		return true
	}
	switch l {
	case pythonText:
		return settingsField.MatchString(before) && fieldType.Match(rest) && bytes.Contains(d.text, []byte("BaseSettings"))
	case hclText:
		if m := member.FindStringSubmatch(before); m != nil {
			return m[1] == "var." || m[1] == "local." || strings.HasPrefix(m[1], "each.")
		}
		return !labels.MatchString(before)
	case yamlText:
		return !(o.tied && o.leaf.node.under("secrets") != nil)
	case jsonText, tomlText, iniText, dotenvText, makeText, markdownText, rstText, asciidocText, orgText, proseText:
		return true
	}
	return false
}

// misspells reports whether an identifier is LOCALSTACK_AUTH_TOKEN but for a slip or two. What has the right
// name in it is somebody's longer name.
func misspells(id string) bool {
	if id != strings.ToUpper(id) || strings.Contains(id, finding.NewVariable) || id == finding.LegacyVariable {
		return false
	}
	return slips(id, finding.NewVariable) <= 2
}

// slips is how many letters differ, are missing, too many or swapped: the optimal string alignment distance.
func slips(a, b string) int {
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}

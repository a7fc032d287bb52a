package inspect

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"example.com/keyturn/audit/pattern"
)

// runners are the keys of what runs something: a job, a step, a service, a container.
var runners = []string{"steps", "script", "commands", "command", "runs-on", "docker", "machine", "container", "image", "pool", "job", "deployment", "containers", "containerDefinitions", "initContainers", "environment", "run"}

// gitlabWords are keys at the top of a GitLab pipeline that are no jobs.
var gitlabWords = []string{"variables", "default", "stages", "include", "workflow", "image", "services", "cache", "before_script", "after_script", "spec"}

// scope is the part of a structured text in which a value counts: a service of a compose file, a job of a
// pipeline, a container; or the whole document, where it counts for all of them.
func (d *document) scope(n *node) *node {
	root := n.root()
	switch {
	case d.kind.compose:
		return below(n, root, "services")
	case d.kind.github:
		return below(n, root, "jobs")
	case d.kind.gitlab:
		if job := n.ancestor(1); job != nil && !slices.Contains(gitlabWords, job.key) {
			return job
		}
		return root
	case d.isBitbucket():
		if step := n.under("step"); step != nil {
			return step
		}
		for a := n; a.parent != nil; a = a.parent {
			if a.parent.key == "services" {
				return a
			}
		}
		return root
	case strings.HasSuffix(d.path, "package.json"):
		return below(n, root, "scripts")
	case root.child("kind") != nil && root.child("steps") != nil: // Drone: the steps share their services
		return root
	}
	found := root
	for a := n; a != nil && a != root; a = a.parent {
		if !d.kind.ci && a.child("image") != nil { // a container beside others
			return a
		}
		if slices.ContainsFunc(runners, func(key string) bool { return a.child(key) != nil }) {
			found = a
		}
	}
	return found
}

// below is the node under one of the root's collections that holds n; else the root.
func below(n, root *node, collection string) *node {
	if a := n.ancestor(2); a != nil && strings.EqualFold(a.parent.key, collection) {
		return a
	}
	return root
}

// scopes are all the parts of the text in which a value counts: its own, and those that take it over by an
// alias.
func (d *document) scopes(n *node) []*node {
	list := []*node{d.scope(n)}
	for a := n; a != nil; a = a.parent {
		for _, u := range a.users {
			list = append(list, d.scope(u))
		}
	}
	if d.isBitbucket() && list[0].parent != nil && list[0].parent.key == "services" {
		n.root().walk(func(step *node) {
			if services := step.child("services").real(); step.key == "step" && services != nil && services.names(list[0].key) {
				list = append(list, step)
			}
		})
	}
	if d.kind.gitlab && strings.HasPrefix(list[0].key, ".") {
		for _, job := range n.root().children {
			if extends := job.child("extends").real(); extends != nil && extends.names(list[0].key) {
				list = append(list, job)
			}
		}
	}
	if len(list) > 1 && list[0].parent == nil { // an anchor of its own counts where it is used
		list = list[1:]
	}
	return list
}

var (
	resourceHead = pattern.New(`(?m)^([A-Za-z_]\w*)(?:[ \t]+"?([\w-]+)"?)?(?:[ \t]+"?([\w-]+)"?)?[ \t]*\{`)
	taskHead     = pattern.New(`(?m)^\s*(task)\s+"([\w-]+)"()\s*\{`)
	stage        = pattern.New(`(?mi)^[ \t]*FROM\s`)
)

// together reports whether what stands at a place counts where a pin does.
func (d *document) together(at int, p pin) bool {
	if d.isCrowded() {
		return true
	}
	if d.kind.docs {
		return d.blockAt(at) == d.blockAt(p.place) && (d.blockAt(at) >= 0 || d.from(at) == d.from(p.place))
	}
	if own, ok := d.imageInCommand(at); ok {
		return own.holds(p.place) || own.holds(p.start)
	}
	if d.tree != nil && len(p.holders) > 0 {
		l, ok := d.leafAt(at)
		if !ok {
			return true
		}
		return slices.ContainsFunc(d.scopes(l.node), func(s *node) bool {
			return slices.ContainsFunc(p.holders, func(h *node) bool { return related(s, h) && !(h.parent == nil && d.standsAlone(s)) })
		})
	}
	switch d.kind.language {
	case dockerText:
		a, b := d.stageOf(at), d.stageOf(p.place)
		return a == b || a == 0 || b == 0
	case hclText:
		a, b := d.resourceAt(at), d.resourceAt(p.place)
		return a == b || a.name == "" || b.name == "" || bytes.Contains(d.text[a.start:a.end], []byte(b.name))
	}
	return true
}

// standsAlone: a part with an image of its own has nothing to do with what is said of the whole.
func (d *document) standsAlone(s *node) bool {
	return !d.kind.ci && s.parent != nil && s.child("image") != nil
}

func (d *document) isBitbucket() bool { return strings.Contains(d.path, "bitbucket-pipelines") }

var anyImage = pattern.New(imagePattern + `(?:[:"'\s]|$)`)

// imageInCommand is the command that a place belongs to, where it names an image of LocalStack's itself: it
// has nothing to do with another one's then.
func (d *document) imageInCommand(at int) (span, bool) {
	if d.kind.language == hclText || d.tree != nil && !d.inScript(at) {
		return span{}, false
	}
	s := d.line(at)
	for range longestParagraph {
		line := bytes.TrimRight(d.text[s.start:s.end], " \t\r")
		if len(line) == 0 || line[len(line)-1] != '\\' || s.end >= len(d.text) {
			break
		}
		s.end = d.to(s.end + 1)
	}
	for range longestParagraph {
		if s.start <= 1 {
			break
		}
		above := bytes.TrimRight(d.text[d.from(s.start-1):s.start-1], " \t\r")
		if len(above) == 0 || above[len(above)-1] != '\\' {
			break
		}
		s.start = d.from(s.start - 1)
	}
	return s, anyImage.Match(d.text[s.start:s.end])
}

// inScript reports whether a place lies in a block of text that a structure holds.
func (d *document) inScript(at int) bool {
	l, ok := d.leafAt(at)
	return ok && !l.isKey && (l.node.block || strings.Contains(l.node.text, "docker run"))
}

// readParts notes the parts of a file in which a value counts, where no structure tells.
func (d *document) readParts() {
	switch d.kind.language {
	case dockerText:
		for _, m := range stage.FindAllIndex(d.text, -1) {
			d.stages = append(d.stages, m[0])
		}
	case hclText:
		d.resources = resourcesOf(d.text, resourceHead)
		if tasks := resourcesOf(d.text, taskHead); len(tasks) > 0 {
			d.resources = tasks
		}
	}
}

// stageOf is the number of the stage of a Dockerfile in which a place lies; 0 is before the first one.
func (d *document) stageOf(at int) int {
	i, _ := slices.BinarySearch(d.stages, at+1)
	return i
}

// resource is a block of Terraform's at the top of a file, and how others name it: docker_image.ls. What
// counts for all of the file has no name.
type resource struct {
	span
	name string
}

// resourceAt is the block in which a place lies.
func (d *document) resourceAt(at int) resource {
	i, _ := slices.BinarySearchFunc(d.resources, at, func(r resource, at int) int { return cmp.Compare(r.start, at+1) })
	if i == 0 {
		return resource{}
	}
	return d.resources[i-1]
}

func resourcesOf(text []byte, head *pattern.Pattern) []resource {
	heads := head.FindAllSubmatchIndex(text, -1)
	list := make([]resource, len(heads))
	for i, h := range heads {
		list[i].start, list[i].end = h[0], len(text)
		if i+1 < len(heads) {
			list[i].end = heads[i+1][0]
		}
		switch word := string(text[h[2]:h[3]]); {
		case word == "resource" && h[6] >= 0:
			list[i].name = string(text[h[4]:h[5]]) + "." + string(text[h[6]:h[7]])
		case (word == "module" || word == "task") && h[4] >= 0:
			list[i].name = word + "." + string(text[h[4]:h[5]])
		}
	}
	return list
}

// withhold notes which renames would break something, and why: an old version stands beside them, or what
// they are read from or handed to has to keep its name.
func (d *document) withhold(uses []use) {
	for i := range uses {
		for _, p := range d.pins {
			if d.together(uses[i].start, p) {
				uses[i].withheld = p.subject + " (line " + itoa(d.lineNumber(p.start)) + ") does not read LOCALSTACK_AUTH_TOKEN: put the new token into the legacy variable now, move to version 3 or later, then rename"
				break
			}
		}
	}
	for i := range uses {
		if uses[i].literal && !uses[i].contract && uses[i].withheld == "" {
			uses[i].withheld = "its value is a legacy key, which does not work under the new name: put a token into a secret store first"
		}
	}
	for changed := !d.isCrowded(); changed; {
		changed = false
		for i := range uses {
			for j := range uses {
				if uses[i].withheld == "" && uses[j].withheld != "" && d.coupled(uses[i], uses[j]) {
					uses[i].withheld = "it has to keep the name that line " + itoa(d.lineNumber(uses[j].start)) + " has, where a rename is withheld"
					changed = true
				}
			}
		}
	}
}

// coupled reports whether one of two uses gives the variable its value and the other one takes it.
func (d *document) coupled(a, b use) bool {
	if a.lower && b.lower && d.kind.language == hclText {
		return true
	}
	if b.role == sets {
		a, b = b, a
	}
	if a.role != sets || b.role == sets || a.which != b.which {
		return false
	}
	if d.tree == nil {
		return d.gives(a) && !optionBefore.Match(d.text[d.from(a.start):a.start])
	}
	if !d.kind.ci || !a.tied || !b.tied || b.role != reads && (b.role != passes || !d.inScript(b.start)) {
		return false
	}
	holder := d.scope(a.leaf.node)
	for n := b.leaf.node; n != nil; n = n.parent {
		if n == holder {
			return true
		}
	}
	return false
}

// gives reports whether what a use sets is the environment of what follows in the file.
func (d *document) gives(u use) bool {
	switch d.kind.language {
	case shellText, iniText, dockerText, makeText, batchText, powershellText, plain:
		return true
	}
	return d.syntax.code && ownEnvironment.MatchString(d.head(u.occurrence))
}

// ownEnvironment is how a program sets a variable of its own environment, which all of it reads then.
var ownEnvironment = pattern.New("(?:\\bprocess\\.env(?:\\.|\\[[\"'`])|\\benviron\\[[\"']|\\bENV\\[[\"']|(?i:\\b|\\.)(?:[sS]et_?[eE]nv|putenv|set_var|SetEnvironmentVariable)\\([\"'])$")

// creditBeside marks the pins that a credential stands beside.
func (d *document) creditBeside(places []int) {
	if d.isCrowded() {
		places = places[:min(1, len(places))]
	}
	for i := range d.pins {
		d.pins[i].beside = slices.ContainsFunc(places, func(at int) bool { return d.together(at, d.pins[i]) })
	}
}

// isOwn reports whether a file says that its folder holds LocalStack's own sources.
func isOwn(name string, text []byte) bool {
	switch base := name[strings.LastIndexByte(name, '/')+1:]; base {
	case "pyproject.toml", "setup.cfg", "package.json", "go.mod":
		return ownName.Match(text)
	case "setup.py":
		return ownSetup.Match(text)
	}
	return false
}

var (
	ownName  = pattern.New(`(?m)^\s*name\s*=\s*["']?localstack(?:[-_](?:core|ext|cli|pro|obfuscator|runtime))?["']?\s*,?\s*$|"name"\s*:\s*"@localstack/|^module github\.com/localstack/`)
	ownSetup = pattern.New(`\bname\s*=\s*["']localstack(?:[-_](?:core|ext|cli|pro))?["']`)
	ownBin   = pattern.New(`(?s)"bin"\s*:\s*(?:\{[^}]*"localstack"\s*:|"[^"]*"[^}]*"name"\s*:\s*"localstack")`)
)

// isOther reports whether a file says that its folder makes a program of its own that is called localstack.
func isOther(name string, text []byte) bool {
	return name[strings.LastIndexByte(name, '/')+1:] == "package.json" && ownBin.Match(text)
}

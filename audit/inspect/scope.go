package inspect

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
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
		if job := n.ancestor(1); job != nil && !strings.HasPrefix(job.key, ".") && !slices.Contains(gitlabWords, job.key) {
			return job
		}
		return root
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
	if len(list) > 1 && list[0].parent == nil { // an anchor of its own counts where it is used
		list = list[1:]
	}
	return list
}

var stage = regexp.MustCompile(`(?mi)^FROM\s`)

// together reports whether what stands at a place counts where a pin does.
func (d *document) together(at int, p pin) bool {
	if d.kind.docs {
		return d.blockAt(at) == d.blockAt(p.place) && (d.blockAt(at) >= 0 || lineStart(d.text, at) == lineStart(d.text, p.place))
	}
	if d.tree != nil && p.holder != nil {
		l, ok := d.leafAt(at)
		if !ok {
			return true
		}
		return slices.ContainsFunc(d.scopes(l.node), func(s *node) bool { return related(s, p.holder) })
	}
	if d.kind.language == dockerText {
		a, b := d.stageOf(at), d.stageOf(p.place)
		return a == b || a == 0 || b == 0
	}
	return true
}

// stageOf counts the FROM lines up to a place.
func (d *document) stageOf(at int) int {
	return len(stage.FindAllIndex(d.text[:min(len(d.text), lineEnd(d.text, at))], -1))
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
	if d.tree == nil || !d.kind.ci {
		return
	}
	for changed := true; changed; {
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
	if a.role == reads && b.role == sets {
		a, b = b, a
	}
	if a.role != sets || b.role != reads || !a.tied || !b.tied {
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

// creditBeside marks the pins that a credential stands beside.
func (d *document) creditBeside(places []int) {
	for i := range d.pins {
		d.pins[i].beside = slices.ContainsFunc(places, func(at int) bool { return d.together(at, d.pins[i]) })
	}
}

// isOwn reports whether a file says that its folder holds LocalStack's own sources.
func isOwn(name string, text []byte) bool {
	switch base := name[strings.LastIndexByte(name, '/')+1:]; base {
	case "pyproject.toml", "setup.cfg", "setup.py", "package.json", "go.mod":
		return ownName.Match(text)
	}
	return bytes.HasPrefix(text, []byte("module github.com/localstack/"))
}

var ownName = regexp.MustCompile(`(?m)^\s*name\s*=\s*["']?localstack(?:[-_](?:core|ext|cli|pro|obfuscator|runtime))?["']?\s*,?\s*$|"name"\s*:\s*"@localstack/|^module github\.com/localstack/`)

package inspect

import (
	"strconv"
	"strings"

	"example.com/keyturn/audit/pattern"
)

// version is the beginning of a version: what is not given is 0.
type version [3]int

// firstToKnow is the first version that reads LOCALSTACK_AUTH_TOKEN.
var firstToKnow = version{2, 2, 0}

func (v version) before(o version) bool {
	for i := range v {
		if v[i] != o[i] {
			return v[i] < o[i]
		}
	}
	return false
}

var versionShape = pattern.New(`^[vV]?(\d{1,4})(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:[.+-][\w.+-]*)?$`)

// parseVersion reads a version, and tells how many of its parts are given; 0 if it is none.
func parseVersion(s string) (v version, parts int) {
	m := versionShape.FindStringSubmatch(s)
	if m == nil {
		return v, 0
	}
	for i, p := range m[1:] {
		n, err := strconv.Atoi(p)
		if err != nil {
			break
		}
		v[i] = n
		parts++
	}
	return v, parts
}

// oldTag reports whether an image tag names a version that does not know the new variable. A tag of one or
// two parts is the newest of its line.
func oldTag(tag string) bool {
	v, parts := parseVersion(tag)
	switch parts {
	case 0:
		return false
	case 1:
		return v[0] < firstToKnow[0]
	}
	return v.before(firstToKnow)
}

var clause = pattern.New(`(===|==|~=|<=|>=|!=|=|<|>|\^|~)?\s*([vV]?\d[\w.*+-]*)`)

// oldRequirement reports whether a requirement of Python's packages, in the words of pip, Poetry or Conda,
// allows no version that knows the new variable.
func oldRequirement(spec string) bool {
	for _, m := range clause.FindAllStringSubmatch(spec, -1) {
		if m[2] != "" && capsBelow(m[1], m[2]) {
			return true
		}
	}
	return false
}

// capsBelow reports whether one clause keeps every allowed version below the first that knows.
func capsBelow(operator, text string) bool {
	v, parts := parseVersion(text)
	if parts == 0 {
		return false
	}
	wild := strings.ContainsAny(text, "*xX")
	switch operator {
	case "", "==", "===", "=":
		if wild || operator == "=" && parts < 3 {
			return !firstToKnow.before(bump(v, parts-1))
		}
		return v.before(firstToKnow)
	case "<=":
		return v.before(firstToKnow)
	case "<":
		return !firstToKnow.before(v)
	case "~=":
		return !firstToKnow.before(bump(v, max(0, parts-2)))
	case "~":
		return !firstToKnow.before(bump(v, min(parts-1, 1)))
	case "^":
		at := 0
		if v[0] == 0 && parts > 1 {
			at = 1
		}
		return !firstToKnow.before(bump(v, at))
	}
	return false
}

// bump is the first version behind all that share the parts up to one.
func bump(v version, part int) version {
	var next version
	copy(next[:], v[:part+1])
	next[part]++
	return next
}

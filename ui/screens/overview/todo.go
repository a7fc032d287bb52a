package overview

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/screens/cells"
)

// group is one kind of thing to do. Its number is its rank among equals in severity.
type group int

const (
	rotateKeys group = iota
	askOwners
	findOwners
	tokensForCI
	placeTokens
	staleRotations
	revokeUnused
	awaitGrace
	assignSeats
)

// task is one finding, as part of a group.
type task struct {
	group    group
	severity models.Severity
	subject  string
	scope    actions.Scope // where it is done
	row      string        // the row there
	hit      bool          // the next downtime will refuse it
}

// credentialTasks is what the findings about a credential ask for.
func credentialTasks(c *models.Credential, sunset models.Sunset, now time.Time) []task {
	var list []task
	for _, f := range models.FindCredential(c, sunset, now) {
		switch f.Code {
		case models.FindingLegacyCIKey, models.FindingLegacyAPIKey:
			v, _ := models.JudgeLegacy(c, sunset, now)
			list = append(list, task{
				group: groupOf(v.Next), severity: f.Severity, subject: f.Subject,
				scope: actions.Legacy, row: string(c.ID), hit: v.HitUses > 0,
			})
		case models.FindingStaleRotation:
			scope := actions.CITokens
			if c.Kind != models.CIToken {
				scope = actions.Legacy
			}
			list = append(list, task{group: staleRotations, severity: f.Severity, subject: f.Subject, scope: scope, row: string(c.ID)})
		}
	}
	return list
}

func groupOf(step models.NextStep) group {
	switch step {
	case models.StepRotateKey:
		return rotateKeys
	case models.StepAskOwner:
		return askOwners
	case models.StepFindOwner:
		return findOwners
	case models.StepAwaitUse:
		return placeTokens
	case models.StepAwaitGrace:
		return awaitGrace
	}
	return revokeUnused
}

// memberTasks is what the findings about a member ask for.
func memberTasks(m *models.Member) []task {
	var list []task
	for _, f := range models.FindMember(m) {
		t := task{group: assignSeats, severity: f.Severity, subject: f.Subject, scope: actions.Members, row: string(m.ID)}
		if f.Code == models.FindingPersonalInCI {
			t.group = tokensForCI
		}
		list = append(list, t)
	}
	return list
}

// todo holds every task by what it is about, so that one change costs one look.
type todo struct {
	byObject map[string][]task
	groups   map[group]map[string]task // by object
}

func newTodo() *todo {
	return &todo{byObject: map[string][]task{}, groups: map[group]map[string]task{}}
}

// put replaces the tasks about one object.
func (t *todo) put(object string, tasks []task) {
	for _, old := range t.byObject[object] {
		delete(t.groups[old.group], object)
	}
	delete(t.byObject, object)
	if len(tasks) == 0 {
		return
	}
	t.byObject[object] = tasks
	for _, one := range tasks {
		if t.groups[one.group] == nil {
			t.groups[one.group] = map[string]task{}
		}
		t.groups[one.group][object] = one
	}
}

// step is a group of tasks as one thing to do.
type step struct {
	group    group
	severity models.Severity
	count    int
	hit      int
}

// steps ranks the groups: by the worst severity in them, then by what helps most.
func (t *todo) steps() []step {
	var list []step
	for g, tasks := range t.groups {
		if len(tasks) == 0 {
			continue
		}
		s := step{group: g, severity: models.Informational, count: len(tasks)}
		for _, task := range tasks {
			s.severity = worse(s.severity, task.severity)
			if task.hit {
				s.hit++
			}
		}
		if g == awaitGrace {
			s.severity = models.Informational
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b step) int {
		if a.severity != b.severity {
			return rank(a.severity) - rank(b.severity)
		}
		return int(a.group) - int(b.group)
	})
	return list
}

// first is the task of a group to begin with: the worst, and among equals the first by name.
func (t *todo) first(g group) (task, bool) {
	var best task
	found := false
	for _, task := range t.groups[g] {
		if !found || before(task, best) {
			best, found = task, true
		}
	}
	return best, found
}

// rows is every row of a group on that screen, in the order of the keys.
func (t *todo) rows(g group, scope actions.Scope) []string {
	var keys []string
	for _, task := range t.groups[g] {
		if task.scope == scope {
			keys = append(keys, task.row)
		}
	}
	slices.Sort(keys)
	return keys
}

func before(a, b task) bool {
	if a.severity != b.severity {
		return rank(a.severity) < rank(b.severity)
	}
	if a.subject != b.subject {
		return a.subject < b.subject
	}
	return a.row < b.row
}

func rank(s models.Severity) int {
	return slices.Index([]models.Severity{models.Blocking, models.Fixable, models.Informational}, s)
}

func worse(a, b models.Severity) models.Severity {
	if rank(b) < rank(a) {
		return b
	}
	return a
}

// text is the step as a sentence.
func (s step) text() string {
	one, many := s.group.phrases()
	if s.count == 1 {
		return one
	}
	return strings.Replace(many, "N", cells.Count(int64(s.count)), 1)
}

// effect says how many of the group the next downtime will refuse.
func (s step) effect() string {
	switch {
	case s.hit == 0:
		return ""
	case s.count == 1:
		return "hit by the next downtime"
	}
	return fmt.Sprintf("%s hit by the next downtime", cells.Count(int64(s.hit)))
}

// phrases says the step for one and for several.
func (g group) phrases() (one, many string) {
	switch g {
	case rotateKeys:
		return "rotate 1 legacy CI key in use", "rotate N legacy CI keys in use"
	case askOwners:
		return "ask 1 owner of a legacy API key to move", "ask N owners of legacy API keys to move"
	case findOwners:
		return "find out who uses 1 legacy API key", "find out who uses N legacy API keys"
	case tokensForCI:
		return "give CI its own token: 1 member was refused there", "give CI its own tokens: N members were refused there"
	case placeTokens:
		return "put 1 new token in place of its legacy key", "put N new tokens in place of their legacy keys"
	case staleRotations:
		return "finish or cancel 1 rotation that nobody uses", "finish or cancel N rotations that nobody uses"
	case awaitGrace:
		return "wait: 1 legacy key is retiring", "wait: N legacy keys are retiring"
	case assignSeats:
		return "assign 1 seat, if needed: the token cannot activate", "assign N seats, if needed: the tokens cannot activate"
	}
	return "revoke 1 unused legacy key", "revoke N unused legacy keys"
}

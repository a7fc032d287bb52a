// Package todo works out what should be done next in a workspace: findings, gathered into steps and
// ranked. It asks nobody and changes nothing.
package todo

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/cells"
)

// Group is one kind of thing to do. Its number is its rank among equals in severity.
type Group int

const (
	rotateKeys Group = iota
	askOwners
	findOwners
	tokensForCI
	placeTokens
	staleRotations
	mendPlaces
	reviewPlaces
	revokeUnused
	awaitGrace
	assignSeats
)

// Task is one finding, as part of a group.
type Task struct {
	Group    Group
	Severity models.Severity
	Subject  string
	Scope    actions.Scope // where it is done
	Row      string        // the row there
	Hit      bool          // the next downtime will refuse it
	Places   int           // in a repository
}

// credentialTasks is what the findings about a credential ask for.
func credentialTasks(c *models.Credential, sunset models.Sunset, now time.Time) []Task {
	var list []Task
	for _, f := range models.FindCredential(c, sunset, now) {
		switch f.Code {
		case models.FindingLegacyCIKey, models.FindingLegacyAPIKey:
			v, _ := models.JudgeLegacy(c, sunset, now)
			list = append(list, Task{
				Group: groupOf(v.Next), Severity: f.Severity, Subject: f.Subject,
				Scope: actions.Legacy, Row: string(c.ID), Hit: v.HitUses > 0,
			})
		case models.FindingStaleRotation:
			scope := actions.CITokens
			if c.Kind != models.CIToken {
				scope = actions.Legacy
			}
			list = append(list, Task{Group: staleRotations, Severity: f.Severity, Subject: f.Subject, Scope: scope, Row: string(c.ID)})
		}
	}
	return list
}

func groupOf(step models.NextStep) Group {
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
func memberTasks(p *kit.Person) []Task {
	var list []Task
	m := p.Brief()
	for _, f := range models.FindMember(&m) {
		t := Task{Group: assignSeats, Severity: f.Severity, Subject: f.Subject, Scope: actions.Members, Row: string(m.ID)}
		if f.Code == models.FindingPersonalInCI {
			t.Group = tokensForCI
		}
		list = append(list, t)
	}
	return list
}

// repoTasks is what the latest scan of a checkout asks for. What stands in the open waits for nobody.
func repoTasks(r *kit.Repo) []Task {
	c := r.Last.Counts
	task := Task{Subject: r.Name(), Scope: actions.Repositories, Row: r.Root, Severity: models.Fixable}
	var list []Task
	if c.Fixable > 0 {
		task.Group, task.Places = mendPlaces, c.Fixable
		list = append(list, task)
	}
	if rest := c.All() - c.Fixable; rest > 0 {
		task.Group, task.Places = reviewPlaces, rest
		if c.Errors > 0 {
			task.Severity = models.Blocking
		}
		list = append(list, task)
	}
	return list
}

// List holds every task by what it is about, so that one change costs one look. There can be very
// many: of each only what its group does not say is kept.
type List struct {
	groups [assignSeats + 1]map[object]kept
}

// object is what a task is about: a member, a checkout, or else a credential that is no personal token.
type object struct {
	member bool
	repo   bool
	row    string
}

// kept is a task without what its place in the list says.
type kept struct {
	subject  string
	severity int8 // in severities
	scope    int8 // in scopes
	hit      bool
	places   int32
}

var (
	severities = []models.Severity{models.Blocking, models.Fixable, models.Informational} // the worst first
	scopes     = []actions.Scope{actions.Legacy, actions.CITokens, actions.Members, actions.Repositories}
)

func (k kept) task(g Group, o object) Task {
	return Task{Group: g, Severity: severities[k.severity], Subject: k.subject, Scope: scopes[k.scope], Row: o.row, Hit: k.hit, Places: int(k.places)}
}

// New returns an empty list.
func New() *List { return &List{} }

// Of returns what everything in a book asks for.
func Of(book *kit.Book, now time.Time) *List {
	t := New()
	for _, c := range book.Credentials(func(*models.Credential) bool { return true }) {
		t.Credential(c, book.Workspace.Sunset, now)
	}
	for _, p := range book.People() {
		t.Member(p)
	}
	t.Repos(book)
	return t
}

// Credential looks at a credential that is no personal token.
func (t *List) Credential(c *models.Credential, sunset models.Sunset, now time.Time) {
	t.put(object{row: string(c.ID)}, credentialTasks(c, sunset, now))
}

// Member looks at a member and the personal token.
func (t *List) Member(p *kit.Person) { t.put(object{member: true, row: string(p.ID)}, memberTasks(p)) }

// Repos looks at every checkout.
func (t *List) Repos(book *kit.Book) {
	for _, g := range []Group{mendPlaces, reviewPlaces} {
		t.groups[g] = nil
	}
	for _, r := range book.Repos.All() {
		t.put(object{repo: true, row: r.Root}, repoTasks(r))
	}
}

// put replaces the tasks about one object.
func (t *List) put(o object, tasks []Task) {
	for _, group := range t.groups {
		delete(group, o)
	}
	for _, one := range tasks {
		if t.groups[one.Group] == nil {
			t.groups[one.Group] = map[object]kept{}
		}
		t.groups[one.Group][o] = kept{
			subject: one.Subject, severity: int8(rank(one.Severity)), scope: int8(slices.Index(scopes, one.Scope)), hit: one.Hit, places: int32(min(one.Places, math.MaxInt32)),
		}
	}
}

// Step is a group of tasks as one thing to do.
type Step struct {
	Group    Group
	Severity models.Severity
	Count    int
	Hit      int
	Places   int // in repositories
}

// Steps ranks the groups: by the worst severity in them, then by what helps most.
func (t *List) Steps() []Step {
	var list []Step
	for g, tasks := range t.groups {
		if len(tasks) == 0 {
			continue
		}
		s := Step{Group: Group(g), Count: len(tasks)}
		worst := rank(models.Informational)
		for _, task := range tasks {
			worst = min(worst, int(task.severity))
			s.Places += int(task.places)
			if task.hit {
				s.Hit++
			}
		}
		s.Severity = severities[worst]
		if s.Group == awaitGrace {
			s.Severity = models.Informational
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b Step) int {
		if a.Severity != b.Severity {
			return rank(a.Severity) - rank(b.Severity)
		}
		return int(a.Group) - int(b.Group)
	})
	return list
}

// First is the task of a group to begin with: the worst, and among equals the first by name.
func (t *List) First(g Group) (Task, bool) {
	var best Task
	found := false
	for o, k := range t.groups[g] {
		if task := k.task(g, o); !found || before(task, best) {
			best, found = task, true
		}
	}
	return best, found
}

// Rows is every row of a group on that screen, in the order of the keys.
func (t *List) Rows(g Group, scope actions.Scope) []string {
	var keys []string
	for o, k := range t.groups[g] {
		if scopes[k.scope] == scope {
			keys = append(keys, o.row)
		}
	}
	slices.Sort(keys)
	return keys
}

func before(a, b Task) bool {
	if a.Severity != b.Severity {
		return rank(a.Severity) < rank(b.Severity)
	}
	if a.Subject != b.Subject {
		return a.Subject < b.Subject
	}
	return a.Row < b.Row
}

func rank(s models.Severity) int { return slices.Index(severities, s) }

// Text is the step as a sentence.
func (s Step) Text() string {
	if s.Places > 0 {
		return s.inRepositories()
	}
	one, many := s.Group.phrases()
	if s.Count == 1 {
		return one
	}
	return strings.Replace(many, "N", cells.Count(int64(s.Count)), 1)
}

func (s Step) inRepositories() string {
	where := " in 1 repository"
	if s.Count > 1 {
		where = " in " + cells.Count(int64(s.Count)) + " repositories"
	}
	if s.Group == mendPlaces {
		return "fix " + cells.Plural(int64(s.Places), "place") + where
	}
	return "look at " + cells.Plural(int64(s.Places), "place") + where + " that only a person can fix"
}

// Effect says how many of the group the next downtime will refuse.
func (s Step) Effect() string {
	switch {
	case s.Hit == 0:
		return ""
	case s.Count == 1:
		return "hit by the next downtime"
	}
	return fmt.Sprintf("%s hit by the next downtime", cells.Count(int64(s.Hit)))
}

// phrases says the step for one and for several.
func (g Group) phrases() (one, many string) {
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

package actions

// ID names an action for good: bindings, tests and documents refer to it.
type ID string

// Danger says how much an action can cost, and so how it is confirmed.
type Danger int

// The levels of danger.
const (
	Free         Danger = iota // reads, or moves about
	Reversible                 // asks first
	Irreversible               // asks for the typed name
)

// String is the level as the key table prints it.
func (d Danger) String() string {
	switch d {
	case Reversible:
		return "asks"
	case Irreversible:
		return "typed name"
	}
	return ""
}

// Scope is where an action is offered.
type Scope string

// The scopes, from the widest to the narrowest.
const (
	Everywhere Scope = "everywhere"
	Lists      Scope = "lists"
	Overview   Scope = "overview"
	CITokens   Scope = "CI tokens"
	Members    Scope = "members"
	Legacy     Scope = "legacy keys"
	Activity   Scope = "activity"

	Repositories Scope = "repositories"
)

// Scopes lists the scopes in the order in which help shows them.
var Scopes = []Scope{Everywhere, Lists, Overview, CITokens, Members, Legacy, Activity, Repositories}

// Spec describes one action.
type Spec struct {
	ID      ID
	Scopes  []Scope
	Keys    []string // as Bubble Tea names them; the first one is shown
	Label   string   // two or three words, an imperative
	Tooltip string   // one sentence: what it does
	Danger  Danger
	Changes bool   // changes something at the service: refused in read-only
	Writes  bool   // changes files of this machine: refused in read-only
	Footer  bool   // worth a place in the footer
	Command string // how the command line calls it; empty where only a screen has it
}

// In reports whether the action is offered in that scope.
func (s Spec) In(scope Scope) bool {
	for _, have := range s.Scopes {
		if have == scope {
			return true
		}
	}
	return false
}

// Key is the key that is shown for the action.
func (s Spec) Key() string {
	if len(s.Keys) == 0 {
		return ""
	}
	return s.Keys[0]
}

// byID is the catalogue by id, made once: every frame asks for some thirty actions.
var byID = index(All())

func index(list []Spec) map[ID]Spec {
	m := make(map[ID]Spec, len(list))
	for _, s := range list {
		m[s.ID] = s
	}
	return m
}

// Find returns the action with that id. An unknown id is a mistake in the program.
func Find(id ID) Spec {
	s, ok := byID[id]
	if !ok {
		panic("actions: no action " + string(id))
	}
	return s
}

// byScope is the catalogue by scope, made once: every key asks for those of its place.
var byScope = groupByScope(All())

func groupByScope(list []Spec) map[Scope][]Spec {
	m := make(map[Scope][]Spec, len(Scopes))
	for _, s := range list {
		for _, scope := range s.Scopes {
			m[scope] = append(m[scope], s)
		}
	}
	return m
}

// For returns the actions of one scope, in the catalogue's order. The list is shared: read it only.
func For(scope Scope) []Spec { return byScope[scope] }

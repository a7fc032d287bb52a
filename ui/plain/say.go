package plain

import (
	"strings"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/activity"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/citokens"
	"example.com/keyturn/ui/screens/legacy"
	"example.com/keyturn/ui/screens/members"
	"example.com/keyturn/ui/words"
)

// newLists makes the list of every place that has one.
func newLists(s *session) map[actions.Scope]rows {
	keys := newList(s, legacy.Options(s.Env), func() []*legacy.Row { return legacy.Rows(s.Env) }, s.sayKey)
	keys.table.SortBy(legacy.NextStepColumn, false)
	history := newList(s, activity.Options(s.Env), func() []*models.Event { return s.history.list }, s.sayEvent)
	history.table.SortBy(0, true)
	return map[actions.Scope]rows{
		actions.CITokens: newList(s, citokens.Options(s.Env), func() []*models.Credential { return citokens.Rows(s.Book) }, s.sayToken),
		actions.Members:  newList(s, members.Options(s.Env), s.Book.People, s.sayMember),
		actions.Legacy:   keys,
		actions.Activity: history,

		actions.Repositories: newRepoRows(s),
	}
}

// sentence joins facts; empty ones are left out.
func sentence(facts ...string) string {
	var said []string
	for _, fact := range facts {
		if fact != "" {
			said = append(said, fact)
		}
	}
	return strings.Join(said, ", ")
}

// named is a name to be heard. Where it is cut short, or may be taken for another one, the id is
// said with it.
func named(name, id string, alike bool) string {
	short := words.Short(name)
	if alike || short != name {
		return short + ", id " + id
	}
	return short
}

func (s *session) nameOf(c *models.Credential) string {
	return named(c.Label(), string(c.ID), s.Book.LooksLikeAnother(c))
}

// lastUse says when a credential was used last.
func (s *session) lastUse(c *models.Credential) string {
	if !c.Use.Used() {
		return "never used"
	}
	return "last used " + s.Clock().Ago(c.Use.Last)
}

func (s *session) rotationOf(c *models.Credential) string {
	if text := cells.Rotation(c, s.Clock()).Text; text != "" {
		return "rotation: " + text
	}
	return "rotation: none"
}

func (s *session) sayToken(c *models.Credential) string {
	return sentence(s.nameOf(c), c.Kind.Label(), cells.State(c).Text, s.lastUse(c), s.rotationOf(c))
}

func (s *session) sayKey(r *legacy.Row) string {
	hit := ""
	if v := r.Verdict; v.Hit != nil && v.HitUses > 0 {
		hit = "the downtime " + s.Clock().In(v.Hit.Start) + " refuses about " + cells.Plural(v.HitUses, "activation")
	}
	owner := ""
	switch {
	case r.Owner != nil:
		owner = "owner " + words.Short(detailPerson(r.Owner))
	case r.Kind == models.LegacyAPIKey:
		owner = "nobody owns it"
	}
	return sentence(s.nameOf(r.Credential), r.Kind.Label(), cells.State(r.Credential).Text, cells.Severity(r.Verdict.Severity).Text,
		"next step: "+string(r.Verdict.Next), owner, s.lastUse(r.Credential), hit)
}

func detailPerson(m *models.MemberRef) string {
	if m.Name != "" {
		return m.Name
	}
	return m.Email
}

func (s *session) sayMember(p *kit.Person) string {
	m := p.Brief()
	seat := "no seat: the token cannot activate"
	if m.Seat {
		seat = "has a seat"
	}
	key := ""
	if members.LegacyKey(p) != nil {
		key = "still has a legacy key"
	}
	refused := ""
	if n := m.Token.RefusedCI.Count; n > 0 {
		refused = "refused in CI " + cells.Plural(n, "time")
	}
	return sentence(words.Short(m.DisplayName()), named(m.Email, string(m.ID), s.Book.MemberLooksLikeAnother(p)), string(m.Role), seat,
		"personal token "+cells.State(&m.Token).Text, s.lastUse(&m.Token), refused, key)
}

func (s *session) sayEvent(e *models.Event) string {
	what := strings.TrimSpace(words.Short(e.Actor) + " " + e.Action.Sentence() + " " + words.Short(e.Name))
	if c := s.Book.Credential(e.Credential); c != nil && s.Book.LooksLikeAnother(c) {
		what += ", id " + string(c.ID)
	}
	from := ""
	if e.From != "" {
		from = "from " + e.From
	}
	return sentence(s.Clock().Stamp(e.At), what, from)
}

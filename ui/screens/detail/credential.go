package detail

import (
	"fmt"
	"slices"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/cells"
)

// UsageState says how far the question who uses a credential has come.
type UsageState int

// The states of a usage.
const (
	UsageLoading UsageState = iota
	UsageKnown
	UsageFailed
)

// Usage is who uses a credential, as far as that is known.
type Usage struct {
	State     UsageState
	Callers   []models.Caller
	Truncated bool   // there are more callers than these
	Problem   string // why it is not known
}

// Subject is everything that a pane shows of one credential.
type Subject struct {
	Credential *models.Credential
	Sunset     models.Sunset
	Facts      actions.Facts // decides which keys of a rotation are named
	Usage      Usage
	Trace      *kit.Trace // where it stands in checkouts; nil: nobody looks there for such a credential
}

// Credential writes everything about one credential: what is urgent first, history last.
func (p *Page) Credential(s Subject) {
	p.summary(s.Credential)
	p.Legacy(s)
	p.inRepositories(s.Trace)
	p.rotation(s)
	p.findings(otherFindings(models.FindCredential(s.Credential, s.Sunset, p.Clock.Now)))
	p.versions(s)
}

func (p *Page) summary(c *models.Credential) {
	state := cells.State(c)
	p.Fact("state", state.Text, state.Tone)
	p.Fact("kind", c.Kind.Label(), kindTone(c.Kind))
	p.Fact("id", string(c.ID), styles.Text)
	switch {
	case c.Kind == models.PersonalToken: // its owner stands above
	case c.Owner != nil:
		p.Fact("owner", Person(c.Owner), styles.Text)
	case c.Kind == models.LegacyAPIKey:
		p.Fact("owner", "nobody claims it", styles.Warning)
	}
	p.Fact("last used", p.lastUse(c), styles.Text)
	p.Fact("uses", fmt.Sprintf("%s in %d days, %s in all", cells.Count(c.Use.Recent), models.RecentDays, cells.Count(c.Use.Count)), styles.Text)
	if c.RefusedCI.Count > 0 {
		p.Fact("in CI", fmt.Sprintf("refused %s, last %s: %s", cells.Plural(c.RefusedCI.Count, "time"), p.Clock.Ago(c.RefusedCI.Last),
			cells.Caller(c.RefusedCI.Client, c.RefusedCI.Version, c.RefusedCI.Host, c.RefusedCI.CI)), styles.Danger)
	}
	p.Fact("created", p.Clock.Stamp(c.CreatedAt), styles.Text)
	if c.ChangedBy != "" {
		p.Fact("changed", p.Clock.Stamp(c.ChangedAt)+" by "+c.ChangedBy, styles.Text)
	}
}

// Person is a member's name with the e-mail that tells them from everybody else.
func Person(m *models.MemberRef) string {
	if m.Name == "" {
		return m.Email
	}
	if m.Email == "" {
		return m.Name
	}
	return m.Name + " <" + m.Email + ">"
}

func kindTone(k models.Kind) styles.Tone {
	if k.Legacy() {
		return styles.Legacy
	}
	return styles.Text
}

func (p *Page) lastUse(c *models.Credential) string {
	text := p.Clock.Ago(c.Use.Last)
	if caller := cells.LastCaller(c).Text; caller != "" && c.Use.Used() {
		text += " by " + caller
	}
	return text
}

// Legacy says why a legacy key is flagged, what will hit it and what to do; of a credential that is
// none, nothing.
func (p *Page) Legacy(s Subject) {
	c := s.Credential
	v, legacy := models.JudgeLegacy(c, s.Sunset, p.Clock.Now)
	if !legacy {
		return
	}
	p.Heading("Why it is flagged")
	p.Text(cells.Severity(v.Severity).Tone, v.Reason)
	p.Fact("next step", string(v.Next), styles.Accent)
	p.Fact("how", fix(models.FindCredential(c, s.Sunset, p.Clock.Now)), styles.Text)
	for _, d := range s.Sunset.Upcoming(p.Clock.Now) {
		p.Fact("downtime", p.hit(c, s.Sunset, d), styles.Warning)
	}
}

// fix is how to do the next step about a legacy key.
func fix(list []models.Finding) string {
	for _, f := range list {
		if aboutLegacy(f) {
			return f.Fix
		}
	}
	return ""
}

func aboutLegacy(f models.Finding) bool {
	return f.Code == models.FindingLegacyCIKey || f.Code == models.FindingLegacyAPIKey || f.Code == models.FindingDowntimeExposure
}

// otherFindings leaves out what the legacy section has said already.
func otherFindings(list []models.Finding) []models.Finding {
	return slices.DeleteFunc(list, aboutLegacy)
}

// hit says what one window does to one key.
func (p *Page) hit(c *models.Credential, sunset models.Sunset, d models.Downtime) string {
	text := p.Clock.In(d.Start) + ": " + p.Clock.Window(d)
	sunset.Downtimes = []models.Downtime{d}
	if v, legacy := models.JudgeLegacy(c, sunset, p.Clock.Now); legacy && v.HitUses > 0 {
		return text + fmt.Sprintf("; about %s refused", cells.Plural(v.HitUses, "activation"))
	}
	return text + "; no activations expected"
}

func (p *Page) findings(list []models.Finding) {
	if len(list) == 0 {
		return
	}
	p.Heading("Findings")
	for _, f := range list {
		severity := cells.Severity(f.Severity)
		p.Item(severity.Tone, p.Styles.Symbols.Bullet, severity.Text+": "+f.Message)
		p.Item(styles.Text, " ", "fix: "+f.Fix)
	}
}

// Member writes what a personal token needs beside itself: the person and the seat.
func (p *Page) Member(m *models.Member, s Subject) {
	p.Fact("name", m.DisplayName(), styles.Text)
	p.Fact("e-mail", m.Email, styles.Text)
	p.Fact("role", string(m.Role), styles.Text)
	if m.Seat {
		p.Fact("seat", "yes", styles.OK)
	} else {
		p.Fact("seat", "no seat: the token cannot activate", styles.Warning)
	}
	p.Heading("Personal token")
	p.summary(s.Credential)
	p.rotation(s)
	p.findings(models.FindMember(m))
	p.versions(s)
}

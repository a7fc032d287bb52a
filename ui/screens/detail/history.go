package detail

import (
	"fmt"
	"slices"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/screens/cells"
)

// rotation writes the steps of the latest rotation: those taken with who and when, then what comes
// next and which keys act on it.
func (p *Page) rotation(s Subject) {
	r := s.Credential.Rotation
	if r == nil {
		return
	}
	p.Heading("Rotation: " + r.State.Label())
	from := ""
	if r.StartedFrom != "" {
		from = " from " + r.StartedFrom
	}
	p.done("issued", fmt.Sprintf("%s by %s%s: version %d replaces %d", p.Clock.Stamp(r.StartedAt), r.StartedBy, from, r.NewVersion, r.OldVersion))
	switch {
	case !r.FirstUse.IsZero():
		p.done("first use", p.Clock.Stamp(r.FirstUse))
	case r.State == models.RotationPending:
		p.now("first use", fmt.Sprintf("not yet: version %d has not been used", r.NewVersion))
	}
	if !r.ConfirmedAt.IsZero() {
		p.done("confirmed", p.Clock.Stamp(r.ConfirmedAt))
	}
	p.grace(r)
	p.ending(r)
	p.Fact("reason", r.Reason, styles.Text)
	p.stepKeys(s)
}

func (p *Page) grace(r *models.Rotation) {
	switch r.State {
	case models.RotationPending:
		p.due("grace", pendingGrace(r.Overlap))
	case models.RotationRetiring:
		p.now("grace", fmt.Sprintf("the old one works until %s (%s)", p.Clock.Stamp(r.GraceEnds), p.Clock.In(r.GraceEnds)))
	case models.RotationDone:
		if !r.GraceEnds.IsZero() {
			p.done("grace", "until "+p.Clock.Stamp(r.GraceEnds))
		}
	}
}

func pendingGrace(o models.Overlap) string {
	switch o.Mode {
	case models.OverlapFixed:
		return models.FormatGrace(o.Grace) + " from the start, but never before the first use"
	case models.OverlapNone:
		return "none"
	}
	return models.FormatGrace(o.Grace) + " from the first use"
}

func (p *Page) ending(r *models.Rotation) {
	if r.State.Open() {
		p.due("old ends", "by itself when the grace is over")
		return
	}
	what, text := "old ended", p.Clock.Stamp(r.EndedAt)
	if r.State != models.RotationDone {
		what, text = "ended", r.State.Label()+" "+text
	}
	if r.EndedBy != "" {
		text += " by " + r.EndedBy
	}
	p.done(what, text)
}

func (p *Page) done(what, text string) {
	p.step(p.Styles.Symbols.StepDone, "done", what, text, styles.OK)
}

func (p *Page) now(what, text string) {
	p.step(p.Styles.Symbols.StepNow, "now", what, text, styles.Accent)
}

func (p *Page) due(what, text string) {
	p.step(p.Styles.Symbols.StepDue, "later", what, text, styles.Muted)
}

// step writes a step with a sign, or with the word that the sign stands for.
func (p *Page) step(sign, word, what, text string, tone styles.Tone) {
	if p.Spoken {
		sign = word + ","
	}
	p.Fact(sign+" "+what, text, tone)
}

// stepKeys names the keys that act on an open rotation right now.
func (p *Page) stepKeys(s Subject) {
	if s.Credential.OpenRotation() == nil {
		return
	}
	label := "keys"
	if p.Spoken {
		label = "you can"
	}
	for _, id := range []actions.ID{actions.Confirm, actions.Cancel, actions.RollBack, actions.EndOld, actions.Extend} {
		if actions.Disabled(id, s.Facts) == "" {
			spec := actions.Find(id)
			name := spec.Key() + " " + spec.Label
			if p.Spoken {
				name = spec.Label
			}
			p.Fact(label, name, styles.Key)
			label = ""
		}
	}
}

// versions writes each version of the secret, the newest first, with who uses it.
func (p *Page) versions(s Subject) {
	list := slices.Clone(s.Credential.Secrets)
	slices.SortFunc(list, func(a, b models.SecretVersion) int { return b.Version - a.Version })
	for _, v := range list {
		p.Heading(fmt.Sprintf("Version %d: %s", v.Version, v.State))
		if v.Kind != s.Credential.Kind {
			p.Fact("kind", v.Kind.Label(), kindTone(v.Kind))
		}
		p.Fact("masked", v.Masked, styles.Text)
		p.Fact("fingerprint", v.Fingerprint, styles.Text)
		p.Fact("created", p.Clock.Stamp(v.CreatedAt), styles.Text)
		p.Fact("first use", p.Clock.Stamp(v.FirstUse), styles.Text)
		p.Fact("last use", p.Clock.Ago(v.LastUse), styles.Text)
		p.Fact("uses", cells.Count(v.Uses), styles.Text)
		if !v.EndedAt.IsZero() {
			p.Fact("ended", p.Clock.Stamp(v.EndedAt), styles.Muted)
		}
		p.callers(v, s.Usage)
	}
	if s.Usage.Truncated {
		p.Text(styles.Muted, "there are more callers than can be shown")
	}
}

func (p *Page) callers(v models.SecretVersion, u Usage) {
	switch u.State {
	case UsageLoading:
		p.Fact("used by", "loading"+p.Styles.Symbols.Ellipsis, styles.Muted)
		return
	case UsageFailed:
		p.Fact("used by", "not known: "+u.Problem, styles.Warning)
		return
	}
	label := "used by"
	for _, c := range u.Callers {
		if c.SecretVersion != v.Version {
			continue
		}
		p.Fact(label, fmt.Sprintf("%s: %s, last %s", cells.Caller(c.Client, c.ClientVersion, c.Host, c.CI), cells.Plural(c.Count, "time"), p.Clock.Ago(c.Last)), styles.Text)
		label = ""
	}
	if label != "" {
		p.Fact(label, "nobody", styles.Muted)
	}
}

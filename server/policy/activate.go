package policy

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"example.com/keyturn/models"
	"example.com/keyturn/server/vault"
)

// Activate judges one LocalStack client that presents one credential, and counts it: an accepted
// activation is use, and the first use of a secret is known at once. Further use is known as late as
// WriteUses writes it. The judgement is never late: it is made of what the store says then.
func (s *Service) Activate(ctx context.Context, a Activation) (Activated, error) {
	a.Client, a.Version, a.Host = bounded(a.Client), bounded(a.Version), bounded(a.Host)
	p, err := s.lookedUp(func(v *vault.Vault) (Presented, error) { return s.store.Present(ctx, v.Lookup(a.Secret)) })
	if err != nil {
		return Activated{}, fmt.Errorf("activate: %w", err)
	}
	workspace, err := s.calendar.at(ctx, p.Workspace)
	if err != nil {
		return Activated{}, fmt.Errorf("activate: %w", err)
	}
	out := judge(p, a, workspace, s.clock())
	switch {
	case out.Verdict.Refusal == models.RefusedInCI, out.Verdict.Accepted() && (p.Awaited || p.Fresh):
		return s.activateNow(ctx, a)
	case out.Verdict.Accepted():
		s.ledger.add(useOf(p, a, out.At))
	}
	return out, nil
}

// activateNow judges again in the transaction that writes what follows.
func (s *Service) activateNow(ctx context.Context, a Activation) (out Activated, err error) {
	err = s.store.Write(ctx, func(w Writes) error {
		tx := s.begin(w, Caller{Principal: models.Principal{Name: clientName(a)}, From: a.From})
		workspace, err := w.Workspace()
		if err != nil {
			return err
		}
		p, err := s.lookedUp(func(v *vault.Vault) (Presented, error) { return w.Presented(v.Lookup(a.Secret)) })
		if err != nil {
			return err
		}
		out = judge(p, a, workspace, tx.now)
		use := useOf(p, a, tx.now)
		switch {
		case out.Verdict.Refusal == models.RefusedInCI:
			return tx.refusedInCI(use)
		case !out.Verdict.Accepted():
			return nil
		case p.Awaited:
			if err := tx.firstUse(p, use); err != nil {
				return err
			}
		}
		return tx.AddUse(Uses{SingleUse: use, First: use.At, Count: 1})
	})
	if err != nil {
		return Activated{}, fmt.Errorf("activate: %w", err)
	}
	s.news.tell()
	return out, nil
}

// judge says whether the presented secret activates.
func judge(p Presented, a Activation, w models.Workspace, now time.Time) Activated {
	out := Activated{Sunset: w.Sunset, Workspace: w.Name, At: now, Credential: p.Credential, Verdict: models.Verdict{Refusal: models.RefusedUnknown}}
	if !p.Known() {
		return out
	}
	p.Secret.State = p.stateAt(now)
	out.Legacy = p.Secret.Kind.Legacy()
	out.Verdict = models.Judge(models.Presentation{Secret: p.Secret, Credential: p.State, Seat: p.Seat, CI: a.CI, At: now}, w.Sunset)
	return out
}

func useOf(p Presented, a Activation, now time.Time) SingleUse {
	return SingleUse{
		Credential: p.Credential, Version: p.Secret.Version, Client: a.Client, ClientVer: a.Version, Host: a.Host, CI: a.CI, At: now,
	}
}

// refusedInCI counts, and writes an event the first time that day on that host: a pipeline in a
// loop must not flood the history.
func (t *Tx) refusedInCI(u SingleUse) error {
	first, err := t.AddRefusalInCI(u)
	if err != nil || !first {
		return err
	}
	c, err := t.Credential(u.Credential)
	if err != nil {
		return err
	}
	return t.about(c, models.EventRefusedInCI, "on "+orUnnamed(u.Host)+": in CI a CI token is required")
}

// firstUse notes that a rotation's new secret is in use, in the same transaction as the use itself.
// A secret that was only confirmed counts as unused until then.
func (t *Tx) firstUse(p Presented, u SingleUse) error {
	c, err := t.Credential(p.Credential)
	if err != nil {
		return err
	}
	r := c.OpenRotation()
	if r == nil {
		return fmt.Errorf("credential %s awaits a first use but has no open rotation", c.ID)
	}
	next, err := r.Advance(models.StepFirstUse, models.StepInput{At: t.now})
	if err != nil {
		return err
	}
	if c, next, err = t.settle(c, *r, next); err != nil {
		return err
	}
	detail := fmt.Sprintf("version %d, on %s; the old secret ends %s", u.Version, orUnnamed(u.Host), next.GraceEnds.UTC().Format("2006-01-02 15:04 UTC"))
	return t.about(c, models.EventFirstUse, detail)
}

func clientName(a Activation) string {
	if a.Client == "" {
		return "a LocalStack client"
	}
	return a.Client
}

func orUnnamed(host string) string {
	if host == "" {
		return "an unnamed host"
	}
	return host
}

// maxFact bounds what a client says about itself, in bytes.
const maxFact = 255

func bounded(s string) string {
	if len(s) <= maxFact {
		return s
	}
	s = s[:maxFact]
	for len(s) > 0 && !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s
}

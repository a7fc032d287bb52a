package proof_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.com/keyturn/apiclient"
	"example.com/keyturn/models"
)

// witness holds what the holders of credentials possess, and judges a workspace by the invariants.
// It asks over the network only, as somebody who comes fresh and knows nothing of what was done.
type witness struct {
	values map[models.CredentialID]map[int]models.Secret
	ended  map[models.CredentialID]int // a bit for each version that was ever said to have ended
}

func newWitness() *witness {
	return &witness{values: map[models.CredentialID]map[int]models.Secret{}, ended: map[models.CredentialID]int{}}
}

// hold takes possession of every version of a credential that can be read.
func (w *witness) hold(ctx context.Context, c *apiclient.Client, id models.CredentialID) error {
	got, err := c.Credential(ctx, id)
	if err != nil {
		return err
	}
	held := w.values[id]
	if held == nil {
		held = map[int]models.Secret{}
		w.values[id] = held
	}
	for _, s := range got.Secrets {
		if _, have := held[s.Version]; have || !s.State.Works() || s.Fingerprint == "" {
			continue
		}
		value, err := c.Secret(ctx, id, s.Version)
		if err != nil {
			if fault := models.FaultOf(err); fault == models.FaultConflict || fault == models.FaultNotFound {
				continue // it has ended since, by the clock or by somebody else
			}
			return err
		}
		held[s.Version] = value
	}
	return nil
}

// verdict is what a judgement found.
type verdict struct{ wrong []string }

func (v *verdict) want(ok bool, rule, format string, args ...any) {
	if !ok {
		v.wrong = append(v.wrong, rule+": "+fmt.Sprintf(format, args...))
	}
}

// facts are what the service says of one credential.
type facts struct {
	url       string
	now       time.Time
	c         models.Credential
	rotations []models.Rotation // the oldest first
	events    []models.Event
}

// judge returns how a credential breaks the invariants. It presents what it possesses, except a new
// secret that waits for its first use, and so changes nothing but counts.
func (w *witness) judge(ctx context.Context, client *apiclient.Client, url string, now time.Time, id models.CredentialID) ([]string, error) {
	for {
		wrong, seen, err := w.judgeOnce(ctx, client, url, now, id)
		if err != nil {
			return nil, err
		}
		if after, err := client.Credential(ctx, id); err != nil || after.Revision == seen {
			return wrong, err
		} // the clock has ended a grace meanwhile
	}
}

func (w *witness) judgeOnce(
	ctx context.Context, client *apiclient.Client, url string, now time.Time, id models.CredentialID,
) ([]string, models.Revision, error) {
	if err := w.hold(ctx, client, id); err != nil {
		return nil, 0, err
	}
	f := facts{url: url, now: now}
	var err error
	if f.c, err = client.Credential(ctx, id); err != nil {
		return nil, 0, err
	}
	if f.rotations, err = client.Rotations(ctx, id); err != nil {
		return nil, 0, err
	}
	slices.Reverse(f.rotations)
	if f.events, err = eventsOf(ctx, client, models.EventFilter{Credential: id}); err != nil {
		return nil, 0, err
	}
	v := &verdict{}
	if err := w.possession(ctx, v, f); err != nil {
		return nil, 0, err
	}
	f.oneRotation(v)
	f.oldLives(v)
	f.history(v)
	w.stayEnded(v, f)
	return v.wrong, f.c.Revision, nil
}

// stayEnded is the rest of I4: what was once said to have ended never works again, whatever the clock does.
func (w *witness) stayEnded(v *verdict, f facts) {
	for _, s := range f.c.Secrets {
		if !s.State.Works() {
			w.ended[f.c.ID] |= 1 << s.Version
		} else {
			v.want(w.ended[f.c.ID]>>s.Version&1 == 0, "I4", "version %d had ended, and is %s", s.Version, s.State)
		}
	}
}

// possession is I1 and I4: what works can be had and is accepted, and what has ended is refused.
func (w *witness) possession(ctx context.Context, v *verdict, f facts) error {
	working, held := 0, w.values[f.c.ID]
	states := map[int]models.SecretState{}
	for _, s := range f.c.Secrets {
		states[s.Version] = s.State
	}
	open := f.c.OpenRotation()
	for version, value := range held {
		if states[version] == models.SecretPending {
			working++ // it can be had; presenting it would be its first use
			continue
		}
		got, err := present(ctx, f.url, value, f.c.Kind != models.PersonalToken)
		if err != nil {
			return err
		}
		ended := states[version] == "" || !states[version].Works() || f.c.State == models.Revoked ||
			open != nil && version == open.OldVersion && open.GraceIsOver(f.now)
		switch {
		case ended:
			v.want(got == string(models.RefusedUnknown), "I4", "version %d has ended, and is answered %q", version, got)
		case f.c.State == models.Paused:
			v.want(got == string(models.RefusedPaused), "I1", "version %d is paused, and is answered %q", version, got)
			working++
		default:
			v.want(got == accepted, "I1", "version %d is %s, and is answered %q", version, states[version], got)
			working++
		}
	}
	v.want(working > 0 || f.c.State == models.Revoked || !f.c.ValueKnown, "I1", "no secret is in reach: %+v", f.c.Secrets)
	for _, s := range f.c.Secrets {
		_, have := held[s.Version]
		v.want(have || !s.State.Works() || s.Fingerprint == "", "I1", "version %d is %s and cannot be had", s.Version, s.State)
	}
	return nil
}

// oneRotation is I2: rotations follow each other, each made one secret, and one at most is open.
func (f facts) oneRotation(v *verdict) {
	open, last := 0, 1
	for _, r := range f.rotations {
		if r.State.Open() {
			open++
		}
		v.want(r.NewVersion == last+1, "I2", "rotation %s made version %d after %d", r.ID, r.NewVersion, last)
		v.want(r.OldVersion <= last, "I2", "rotation %s began at version %d of %d", r.ID, r.OldVersion, last)
		last = r.NewVersion
	}
	v.want(open <= 1, "I2", "%d rotations are open", open)
	newest := 0
	for _, s := range f.c.Secrets {
		newest = max(newest, s.Version)
	}
	v.want(newest == last, "I2", "%d rotations made %d versions", len(f.rotations), newest)
	if len(f.rotations) > 0 && v.wrong == nil {
		r := f.rotations[len(f.rotations)-1]
		v.want(f.c.Rotation != nil && *f.c.Rotation == r, "I2", "the credential shows %+v, the list %+v", f.c.Rotation, r)
		if f.c.State != models.Revoked {
			was, is := r.State.SecretStates()
			for _, s := range f.c.Secrets {
				v.want(s.Version != r.OldVersion || s.State == was, "I2", "the old version is %s in %s", s.State, r.State)
				v.want(s.Version != r.NewVersion || s.State == is, "I2", "the new version is %s in %s", s.State, r.State)
			}
		}
	}
}

// oldLives is I5: an old secret ended before the new one was used only where a person said so.
func (f facts) oldLives(v *verdict) {
	for _, r := range f.rotations {
		if r.State != models.RotationDone || r.Overlap.Mode == models.OverlapNone || !r.FirstUse.IsZero() {
			continue
		}
		person := r.EndedBy != "" || !r.ConfirmedAt.IsZero()
		v.want(person, "I5", "rotation %s ended the old secret, and the new one was never used: %+v", r.ID, r)
	}
}

// history is I6: each change has its one event.
func (f facts) history(v *verdict) {
	count := map[models.RotationID]map[models.EventAction]int{}
	all := map[models.EventAction]int{}
	for _, e := range f.events {
		if count[e.Rotation] == nil {
			count[e.Rotation] = map[models.EventAction]int{}
		}
		count[e.Rotation][e.Action]++
		all[e.Action]++
	}
	once := func(r models.Rotation, action models.EventAction, want bool) {
		n := 0
		if want {
			n = 1
		}
		v.want(count[r.ID][action] == n, "I6", "rotation %s (%s) has %d events %s, want %d", r.ID, r.State, count[r.ID][action], action, n)
	}
	for _, r := range f.rotations {
		once(r, models.EventRotationStarted, true)
		once(r, models.EventRotationCancel, r.State == models.RotationCancelled)
		once(r, models.EventRotationBack, r.State == models.RotationRolledBack)
		once(r, models.EventFirstUse, !r.FirstUse.IsZero())
		if f.c.State == models.Revoked && r.ID == f.c.Rotation.ID {
			continue // it may have been open when all was revoked, and then that is its last event
		}
		once(r, models.EventOldEnded, r.State == models.RotationDone && r.Overlap.Mode != models.OverlapNone)
	}
	v.want(all[models.EventRotationStarted] == len(f.rotations), "I6", "%d rotations left %d events", len(f.rotations), all[models.EventRotationStarted])
	v.want(all[models.EventRevoked] == 1 == (f.c.State == models.Revoked), "I6", "%d events say that it was revoked", all[models.EventRevoked])
	v.want(all[models.EventPaused]-all[models.EventResumed] == 1 == (f.c.State == models.Paused) || f.c.State == models.Revoked, "I6",
		"paused %d times, resumed %d times, and now %s", all[models.EventPaused], all[models.EventResumed], f.c.State)
}

// eventsOf returns all events that the filter lets through.
func eventsOf(ctx context.Context, c *apiclient.Client, filter models.EventFilter) ([]models.Event, error) {
	var all []models.Event
	for page := (models.Page{Limit: models.MaxPage}); ; {
		got, err := c.Events(ctx, filter, page)
		if err != nil {
			return nil, err
		}
		all = append(all, got.Items...)
		if page.Cursor = got.Next; got.Next == "" {
			return all, nil
		}
	}
}

// chained is the rest of I6: the history has no gap, its hashes say that nobody changed it, and it leads
// through the head that was seen before.
func chained(ctx context.Context, c *apiclient.Client, seen models.EventHead) (models.EventHead, error) {
	all, err := eventsOf(ctx, c, models.EventFilter{})
	if err != nil {
		return seen, err
	}
	chain := models.Chain{Seen: seen}
	for _, e := range all {
		if e.Digest() != e.Content {
			return seen, fmt.Errorf("I6: event %d is shown otherwise than it was hashed: %+v", e.Seq, e)
		}
		if err := chain.Take(e); err != nil {
			return seen, fmt.Errorf("I6: %w", err)
		}
	}
	if err := chain.End(); err != nil {
		return seen, fmt.Errorf("I6: %w", err)
	}
	if seen.Seq > 0 && !chain.Reached() {
		return seen, fmt.Errorf("I6: the history does not lead through event %d", seen.Seq)
	}
	return chain.Head, nil
}

// holds fails the test with every broken invariant.
func (s *stand) holds(w *witness, id models.CredentialID) {
	s.Helper()
	wrong, err := w.judge(s.Context(), s.admin, s.url, s.clock.Now(), id)
	must(s, err)
	for _, what := range wrong {
		s.Error(what)
	}
}

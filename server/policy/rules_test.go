package policy_test

import (
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// sunset is a calendar with one downtime, from the tenth day to the eleventh, that ends after thirty.
func sunset() *models.Sunset {
	return &models.Sunset{
		Start: newYear, End: newYear.AddDate(0, 0, 30),
		Downtimes: []models.Downtime{{ID: "d1", Start: newYear.AddDate(0, 0, 10), End: newYear.AddDate(0, 0, 11)}},
	}
}

// TestTheEightRules holds each rule of the product with what it allows and what it refuses.
func TestTheEightRules(t *testing.T) {
	t.Parallel()
	rules := []struct {
		name string
		tell func(w *world)
	}{
		{"1: one personal token a member, never revoked, only reset", ruleOneToken},
		{"2: a CI token is the workspace's: created, renamed, rotated, paused, revoked", ruleCIToken},
		{"3: in CI a CI credential is mandatory", ruleCIOnly},
		{"4: nothing issues a legacy key; rotating a legacy CI key makes a CI token", ruleNoLegacy},
		{"5: a legacy API key has no successor", ruleNoSuccessor},
		{"6: legacy keys end with the sunset and pause in downtimes", ruleSunset},
		{"7: a credential is judged by its kind alone", ruleKindOnly},
		{"8: without a seat a personal token does not activate", ruleSeat},
	}
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.load(models.Inventory{Sunset: sunset()})
			rule.tell(w)
		})
	}
}

func ruleOneToken(w *world) {
	bob := w.join("bob@example.com", true)
	old := w.tokenOf("bob@example.com")
	w.refused(w.change(w.admin, bob.Token, (*policy.Tx).Revoke), "not-revocable")
	w.refused(w.change(w.admin, bob.Token, (*policy.Tx).Pause), "not-pausable")
	w.refused(w.change(w.admin, bob.Token, (*policy.Tx).Rename), "name-refused")
	for _, o := range []models.Overlap{firstUse, {Mode: models.OverlapFixed, Grace: time.Hour}} {
		_, err := w.tryRotate(bob, bob.Token, o)
		w.refused(err, "overlap-refused")
	}
	_, err := w.tryRotate(w.join("eve@example.com", true), bob.Token, noGrace)
	w.refused(err, "not-allowed")
	if _, err := w.tryRotate(bob, bob.Token, noGrace); err != nil {
		w.Fatalf("a member cannot reset the own token: %v", err)
	}
	if r := w.present(old, false); r != models.RefusedUnknown {
		w.Errorf("the old token is answered with %q after the reset", r)
	}
	token := w.memberOf("bob@example.com").Token
	if token.ID != bob.Token || token.Kind != models.PersonalToken || token.Newest().Version != 2 {
		w.Errorf("the reset made another credential: %+v", token)
	}
	if r := w.present(w.tokenOf("bob@example.com"), false); r != "" {
		w.Errorf("the new token is refused: %s", r)
	}
	personal := models.CredentialFilter{Kinds: []models.Kind{models.PersonalToken}}
	if page, err := w.svc.Credentials(ctx, w.admin, personal, models.Page{}); err != nil || len(page.Items) != 3 {
		w.Errorf("three members have %d personal tokens, %v", len(page.Items), err)
	}
}

func ruleCIToken(w *world) {
	c := w.create("deploy")
	first := w.read(c.ID, 0)
	w.accepted(first)
	w.must(w.change(w.admin, c.ID, (*policy.Tx).Rename))
	w.must(w.change(w.admin, c.ID, (*policy.Tx).Pause))
	w.rejected(first, models.RefusedPaused)
	w.must(w.change(w.admin, c.ID, (*policy.Tx).Resume))
	w.rotate(c.ID, firstUse)
	second := w.read(c.ID, 0)
	w.accepted(first)
	w.accepted(second)
	w.must(w.change(w.admin, c.ID, (*policy.Tx).Revoke))
	w.rejected(first, models.RefusedUnknown)
	w.rejected(second, models.RefusedUnknown)
	got := w.get(c.ID)
	if got.Owner != nil || got.Name != "renamed" || got.State != models.Revoked || got.OpenRotation() != nil {
		w.Errorf("in the end it is %+v", got)
	}
	for _, what := range []func(*policy.Tx, models.ChangeRequest) (models.Credential, error){
		(*policy.Tx).Rename, (*policy.Tx).Pause, (*policy.Tx).Resume, (*policy.Tx).Revoke,
	} {
		w.refused(w.change(w.admin, c.ID, what), "credential-revoked")
	}
	_, err := w.tryRotate(w.admin, c.ID, noGrace)
	w.refused(err, "credential-revoked")
	ruleCITokenHasNoOwner(w)
}

func ruleCITokenHasNoOwner(w *world) {
	again := w.create("renamed") // a name is free again when its bearer is gone, and not before
	_, err := w.tryCreate(w.admin, "renamed")
	w.refused(err, "name-taken")
	bob := w.join("bob@example.com", true)
	_, err = w.tryCreate(bob, "bobs")
	w.refused(err, "not-allowed")
	w.refused(w.change(bob, again.ID, (*policy.Tx).Revoke), "not-allowed")
	_, err = w.tryLoad(models.Inventory{CITokens: []models.InventoryCredential{{Name: "bobs", Owner: "bob@example.com"}}}, false)
	w.refused(err, "import-refused")
}

func ruleCIOnly(w *world) {
	w.join("bob@example.com", true)
	personal, ci := w.tokenOf("bob@example.com"), w.read(w.create("deploy").ID, 0)
	if r := w.present(personal, false); r != "" {
		w.Errorf("a personal token on a desk is refused: %s", r)
	}
	w.rejected(personal, models.RefusedInCI)
	w.accepted(ci)
	if r := w.present(ci, false); r != "" {
		w.Errorf("a CI token outside of CI is refused: %s", r)
	}
	if got := w.memberOf("bob@example.com").Token; got.RefusedCI.Count != 1 || got.Use.Count != 1 {
		w.Errorf("counted %d refusals and %d uses, want one of each", got.RefusedCI.Count, got.Use.Count)
	}
}

func ruleNoLegacy(w *world) {
	key := w.legacy(models.LegacyCIKey, "old-deploy", "", "legacy1234")
	w.rotate(key.ID, firstUse)
	got := w.get(key.ID)
	if got.Kind != models.CIToken || got.Name != "old-deploy" || got.Newest().Kind != models.CIToken {
		w.Fatalf("the rotated key is %+v", got)
	}
	token := w.read(key.ID, 0)
	if _, err := models.ParseToken(token.Reveal()); err != nil {
		w.Errorf("its new secret is no Auth Token: %v", err)
	}
	w.accepted(models.NewSecret("legacy1234"))
	w.accepted(token)
	w.must(w.step(key.ID, models.StepRollback, "", 0))
	if got := w.get(key.ID); got.Kind != models.LegacyCIKey {
		w.Errorf("rolled back, it is a %s", got.Kind)
	}
	w.rejected(token, models.RefusedUnknown)
	w.accepted(models.NewSecret("legacy1234"))
	w.rotate(key.ID, noGrace)
	w.rejected(models.NewSecret("legacy1234"), models.RefusedUnknown)
	file := models.InventoryCredential{Kind: models.LegacyCIKey, Name: "old-deploy", Value: models.NewSecret("legacy1234")}
	w.load(models.Inventory{LegacyKeys: []models.InventoryCredential{file}}) // from before the migration
	if got := w.get(key.ID); got.Kind != models.CIToken || got.HasWorkingLegacy() {
		w.Errorf("an old file made it a %s", got.Kind)
	}
	_, err := w.tryLoad(models.Inventory{CITokens: []models.InventoryCredential{{Kind: models.LegacyCIKey, Name: "another"}}}, false)
	w.refused(err, "import-refused")
	listed := w.legacy(models.LegacyCIKey, "listed only", "", "")
	_, _, err = w.svc.ReadSecret(ctx, w.admin, listed.ID, 0)
	w.refused(err, "value-unknown") // none was made
}

func ruleNoSuccessor(w *world) {
	bob := w.join("bob@example.com", true)
	key := w.legacy(models.LegacyAPIKey, "bobs", "bob@example.com", "legacy1234")
	for _, o := range []models.Overlap{firstUse, {Mode: models.OverlapFixed, Grace: time.Hour}, noGrace} {
		_, err := w.tryRotate(w.admin, key.ID, o)
		w.refused(err, "not-rotatable")
	}
	_, err := w.tryRotate(bob, key.ID, noGrace)
	w.refused(err, "not-allowed")
	w.refused(w.change(w.admin, key.ID, (*policy.Tx).Rename), "name-refused")
	w.accepted(models.NewSecret("legacy1234"))
	w.must(w.change(w.admin, key.ID, (*policy.Tx).Revoke))
	w.rejected(models.NewSecret("legacy1234"), models.RefusedUnknown)
	if r := w.present(w.tokenOf("bob@example.com"), false); r != "" {
		w.Errorf("the owner's token went with the key: %s", r)
	}
}

func ruleSunset(w *world) {
	w.legacy(models.LegacyCIKey, "old-deploy", "", "legacy1234")
	w.join("bob@example.com", true)
	w.legacy(models.LegacyAPIKey, "bobs", "bob@example.com", "legacy5678")
	key, token, bobs := models.NewSecret("legacy1234"), w.read(w.create("deploy").ID, 0), w.tokenOf("bob@example.com")
	for _, at := range []struct {
		day  int
		want models.Refusal
	}{{9, ""}, {10, models.RefusedDowntime}, {11, ""}, {29, ""}, {30, models.RefusedRetired}, {400, models.RefusedRetired}} {
		w.clock.advance(newYear.AddDate(0, 0, at.day).Sub(w.clock.Now()))
		w.rejected(key, at.want)
		w.rejected(models.NewSecret("legacy5678"), at.want)
		w.accepted(token)
		if r := w.present(bobs, false); r != "" {
			w.Errorf("on day %d the personal token is refused: %s", at.day, r)
		}
	}
	w.clock.advance(newYear.AddDate(0, 0, 10).Sub(w.clock.Now()))
	out := w.activate(policy.Activation{Secret: key})
	if want := newYear.AddDate(0, 0, 11); !out.Legacy || !out.Verdict.RetryAfter.Equal(want) || out.Workspace != "Acme" {
		w.Errorf("in the downtime it answers %+v, want to retry at %s", out, want)
	}
}

// Rule 7 is that nothing but kind, seat and CI reaches the judgement: the same secret gets the same
// answer whatever the client calls itself.
func ruleKindOnly(w *world) {
	token := w.read(w.create("deploy").ID, 0)
	for _, client := range []string{"", "lstk", "localstack-cli", "LOCALSTACK_API_KEY"} {
		out := w.activate(policy.Activation{Secret: token, CI: true, Client: client})
		if !out.Verdict.Accepted() || out.Legacy {
			w.Errorf("from %q a CI token is answered with %+v", client, out.Verdict)
		}
	}
	w.rejected(models.NewSecret("legacy9999"), models.RefusedUnknown)
}

func ruleSeat(w *world) {
	w.join("eve@example.com", false)
	if r := w.present(w.tokenOf("eve@example.com"), false); r != models.RefusedNoSeat {
		w.Errorf("without a seat: %q", r)
	}
	w.accepted(w.read(w.create("deploy").ID, 0)) // belongs to nobody, and needs no seat
	w.legacy(models.LegacyAPIKey, "eves", "eve@example.com", "legacy1234")
	w.accepted(models.NewSecret("legacy1234"))
	if m := w.memberOf("eve@example.com"); m.Seat || m.Token.State != models.Active || m.Token.Use.Count != 0 {
		w.Errorf("shown as %+v", m)
	}
	w.load(models.Inventory{Members: []models.InventoryMember{{Email: "eve@example.com", Role: models.RoleMember, Seat: true}}})
	if r := w.present(w.tokenOf("eve@example.com"), false); r != "" {
		w.Errorf("with a seat: %q", r)
	}
}

// The whole life of a rotation, seen from the history.
func TestRotationTellsItsStory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	old := w.read(c.ID, 0)
	w.accepted(old)
	w.rotate(c.ID, firstUse)
	w.clock.advance(90 * 24 * time.Hour)
	if next := w.sweep(); !next.IsZero() {
		t.Errorf("a grace is due %s although the new secret was never used", next)
	}
	w.accepted(old)
	w.accepted(w.read(c.ID, 0))
	ends := w.clock.Now().Add(24 * time.Hour)
	if next := w.sweep(); !next.Equal(ends) {
		t.Errorf("the grace ends %s, want %s", next, ends)
	}
	w.clock.advance(24*time.Hour - time.Millisecond)
	w.accepted(old)
	w.clock.advance(time.Millisecond)
	w.rejected(old, models.RefusedUnknown) // at that instant, although nobody swept
	w.refused(w.step(c.ID, models.StepExtend, "", time.Hour), "rotation-over")
	if next := w.sweep(); !next.IsZero() {
		t.Errorf("another grace is due %s", next)
	}
	w.rejected(old, models.RefusedUnknown)
	w.accepted(w.read(c.ID, 0))
	want := "credential.created secret.read rotation.started secret.read secret.first_use rotation.old_secret_ended secret.read"
	if got := w.actions(c.ID); got != want {
		t.Errorf("its history is\n%s, want\n%s", got, want)
	}
	r := w.get(c.ID).Rotation
	if r.State != models.RotationDone || !r.EndedAt.Equal(ends) || r.EndedBy != "" {
		t.Errorf("it ended as %+v", r)
	}
}

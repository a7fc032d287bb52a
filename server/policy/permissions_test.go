package policy_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// TestWhoMayDoWhat has an admin, two members and everything that can be asked for. The table says
// what each is answered; an empty code means that it is done.
func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.join("bob@example.com", true)
	w.legacy(models.LegacyAPIKey, "bobs", "bob@example.com", "legacy1234")
	w.legacy(models.LegacyCIKey, "old", "", "legacy5678")
	bob, eve := w.signIn(w.tokenOf("bob@example.com")), w.join("eve@example.com", true)
	ci := w.create("deploy").ID
	old := w.named(models.LegacyCIKey, "old").ID
	bobsKey := w.named(models.LegacyAPIKey, "bobs").ID
	step := models.StepRequest{Rotation: w.rotate(w.create("rotating").ID, firstUse).ID}
	anybody := [3]string{}
	admins := [3]string{"", "not-allowed", "not-allowed"}
	tests := []struct {
		name string
		want [3]string // admin, bob, eve
		do   func(policy.Caller) error
	}{
		{"see the workspace", anybody, func(c policy.Caller) error { _, err := w.svc.Workspace(ctx, c); return err }},
		{"list members", anybody, func(c policy.Caller) error { _, err := w.svc.Members(ctx, c, models.Page{}); return err }},
		{"list credentials", anybody, func(c policy.Caller) error {
			_, err := w.svc.Credentials(ctx, c, models.CredentialFilter{}, models.Page{})
			return err
		}},
		{"read Bob's token", [3]string{"", "", "secret-not-yours"}, w.reads(bob.Token)},
		{"read Eve's token", [3]string{"", "secret-not-yours", ""}, w.reads(eve.Token)},
		{"read Bob's legacy key", [3]string{"", "", "secret-not-yours"}, w.reads(bobsKey)},
		{"read a CI token", admins, w.reads(ci)},
		{"read a legacy CI key", admins, w.reads(old)},
		{"create", admins, w.does(func(tx *policy.Tx) error { _, err := tx.CreateCIToken("x"); return err })},
		{"rename", admins, w.changes(ci, (*policy.Tx).Rename)},
		{"pause", admins, w.changes(ci, (*policy.Tx).Pause)},
		{"resume", admins, w.changes(ci, (*policy.Tx).Resume)},
		{"rotate a CI token", admins, func(c policy.Caller) error { _, err := w.tryRotate(c, ci, firstUse); return err }},
		{"reset Bob's token", [3]string{"", "", "not-allowed"}, func(c policy.Caller) error { _, err := w.tryRotate(c, bob.Token, noGrace); return err }},
		{"take a step", [3]string{"stale", "not-allowed", "not-allowed"}, w.does(func(tx *policy.Tx) error { _, _, err := tx.Step(step); return err })},
		{"revoke Bob's legacy key", admins, w.changes(bobsKey, (*policy.Tx).Revoke)},
		{"import", admins, w.does(func(tx *policy.Tx) error { _, err := tx.Import(models.Inventory{}, false); return err })},
		{"identify values", admins, func(c policy.Caller) error {
			_, err := w.svc.Identify(ctx, c, []models.Secret{w.token}, allowed(1))
			return err
		}},
		{"export", admins, func(c policy.Caller) error { _, err := w.svc.Export(ctx, c); return err }},
		{"change the settings", admins, w.does(func(tx *policy.Tx) error {
			_, err := tx.UpdateWorkspace(1, policy.WorkspacePatch{})
			return err
		})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for i, c := range []policy.Caller{eve, bob, w.admin} { // whoever may not, first: it must change nothing
				want := tt.want[2-i]
				if err := tt.do(c); want != "" {
					w.in(t).refused(err, want)
				} else if err != nil {
					t.Errorf("%s: %v", c.Email, err)
				}
			}
		})
	}
}

func (w *world) reads(id models.CredentialID) func(policy.Caller) error {
	return func(c policy.Caller) error {
		before := len(w.events(w.admin, id))
		s, _, err := w.svc.ReadSecret(ctx, c, id, 0)
		if (err == nil) == s.Empty() {
			return errors.New("a refusal came with a value, or a success without")
		}
		if written := len(w.events(w.admin, id)) - before; (written == 1) != (err == nil) {
			return errors.New("the reading and its event do not go together")
		}
		return err
	}
}

func (w *world) does(fn func(*policy.Tx) error) func(policy.Caller) error {
	return func(c policy.Caller) error { return w.as(c, fn) }
}

func (w *world) changes(id models.CredentialID, what func(*policy.Tx, models.ChangeRequest) (models.Credential, error)) func(policy.Caller) error {
	return func(c policy.Caller) error { return w.change(c, id, what) }
}

// The two settings move the line between admins and members, from the next request on.
func TestSettingsMoveTheLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bob, ci := w.join("bob@example.com", true), w.create("deploy").ID
	secret := w.tokenOf("bob@example.com")
	owner, yes, name := models.RevealOwner, true, "Acme & Sons"
	var changed models.Workspace
	w.must(w.as(w.admin, func(tx *policy.Tx) (err error) {
		changed, err = tx.UpdateWorkspace(1, policy.WorkspacePatch{Name: &name, PersonalReveal: &owner, MembersUseCI: &yes})
		return err
	}))
	if changed.Name != name || changed.PersonalReveal != owner || !changed.MembersUseCI || changed.Revision != 2 {
		t.Errorf("the settings are now %+v", changed)
	}
	admin, bobNow := w.signIn(w.token), w.signIn(secret)
	_, _, err := w.svc.ReadSecret(ctx, admin, bob.Token, 0)
	w.refused(err, "secret-not-yours")
	if _, _, err := w.svc.ReadSecret(ctx, bobNow, bob.Token, 0); err != nil {
		t.Errorf("the owner may not read: %v", err)
	}
	if _, _, err := w.svc.ReadSecret(ctx, bobNow, ci, 0); err != nil {
		t.Errorf("a member may not read a CI token although the workspace allows it: %v", err)
	}
}

// Settings are changed by whoever has seen them as they are. Everybody else learns what they are now,
// who made them so, and when: by hand or with a file.
func TestStaleSettingsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	grace, name := w.admin, "Acme & Sons"
	grace.Name = "Grace"
	late := func(seen models.Revision) *models.Error {
		err := w.as(w.admin, func(tx *policy.Tx) error {
			_, err := tx.UpdateWorkspace(seen, policy.WorkspacePatch{MembersUseCI: new(bool)})
			return err
		})
		w.refused(err, "stale")
		var e *models.Error
		if errors.As(err, &e); e.Fault != models.FaultStale || e.Settings == nil {
			t.Fatalf("refused with %+v", e)
		}
		return e
	}
	if fresh := late(7).Settings; !fresh.ChangedAt.IsZero() || fresh.ChangedBy != "" || fresh.Revision != 1 {
		t.Errorf("nobody has changed them, yet it is said %+v", fresh)
	}
	w.clock.advance(time.Hour)
	w.must(w.as(grace, func(tx *policy.Tx) error {
		_, err := tx.UpdateWorkspace(1, policy.WorkspacePatch{Name: &name})
		return err
	}))
	e := late(1)
	if e.ChangedBy != "Grace" || !e.ChangedAt.Equal(newYear.Add(time.Hour)) || e.Settings.Name != name || e.Settings.Revision != 2 || e.Settings.Counts.Members != 1 {
		t.Errorf("it is told %+v with %+v", e, e.Settings)
	}
	w.clock.advance(time.Hour)
	w.load(models.Inventory{Sunset: sunset()})
	if e := late(2); e.ChangedBy != "ada" || !e.ChangedAt.Equal(newYear.Add(2*time.Hour)) || len(e.Settings.Sunset.Downtimes) != 1 {
		t.Errorf("after an import it is told %+v with %+v", e, e.Settings)
	}
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.join("bob@example.com", false)
	w.legacy(models.LegacyAPIKey, "bobs", "bob@example.com", "legacy1234")
	before := w.tokenOf("bob@example.com")
	if p := w.signIn(before); p.Email != "bob@example.com" || p.Role != models.RoleMember || len(p.Permissions) != 0 {
		t.Errorf("Bob is %+v", p)
	}
	if w.admin.Role != models.RoleAdmin || !w.admin.May(models.MayManageCredentials) {
		t.Errorf("the admin is %+v", w.admin)
	}
	ci := w.create("deploy")
	w.rotate(w.memberOf("bob@example.com").Token.ID, noGrace)
	unknown, err := models.NewToken(endless{}, "lstest")
	w.must(err)
	for name, tt := range map[string]struct {
		token models.Secret
		code  string
	}{
		"a CI token":     {w.read(ci.ID, 0), "not-a-personal-token"},
		"a legacy key":   {models.NewSecret("legacy1234"), "not-a-personal-token"},
		"a reset token":  {before, "token-unknown"},
		"another token":  {unknown, "token-unknown"},
		"nothing at all": {models.Secret{}, "token-unknown"},
	} {
		_, err := w.svc.Authenticate(ctx, tt.token)
		w.refused(err, tt.code)
		if models.FaultOf(err) != models.FaultUnauthorized {
			t.Errorf("%s: the fault is %s", name, models.FaultOf(err))
		}
	}
}

// endless is a source of zeros.
type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// A member's history is that of the own credentials: also who else has read them.
func TestMembersSeeTheirOwnEventsOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bob, eve := w.join("bob@example.com", true), w.join("eve@example.com", true)
	ci := w.create("deploy")
	if list := w.events(bob, ""); len(list) != 1 || list[0].Action != models.EventSecretRead || list[0].Actor != "ada" || list[0].Name != "bob@example.com" || list[0].From != "192.0.2.7" {
		t.Errorf("Bob sees %+v, want the admin's reading of his token", list)
	}
	for _, id := range []models.CredentialID{ci.ID, eve.Token} {
		if list := w.events(bob, id); len(list) != 0 {
			t.Errorf("Bob sees what is not his: %+v", list)
		}
	}
	if all := w.events(w.admin, ""); len(all) < 4 {
		t.Errorf("the admin sees only %d events", len(all))
	}
}

func TestBootstrapOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := w.svc.Bootstrap(ctx, "Other", "eve@example.com", func(models.Secret) error {
		t.Error("a second admin's token was handed out")
		return nil
	})
	if err == nil {
		t.Error("the workspace was made twice")
	}
	for _, email := range []string{"", "eve", "@example.com", "eve@", strings.Repeat("e", 320) + "@example.com"} {
		var refused *models.Error
		err := w.svc.Bootstrap(ctx, "Other", email, func(models.Secret) error { return nil })
		if !errors.As(err, &refused) || refused.Code != "email-refused" {
			t.Errorf("a workspace of %q: %v", email, err)
		}
	}
	if got, _ := w.svc.Workspace(ctx, w.admin); got.Name != "Acme" || got.Counts.Members != 1 {
		t.Errorf("it is now %+v", got)
	}
}

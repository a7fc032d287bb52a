package screens_test

import (
	"slices"
	"strings"
	"testing"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

func TestEachKeyAsksForItsAction(t *testing.T) {
	deploy, e2e := models.CredentialID("crd_deploy"), models.CredentialID("crd_e2e")
	change := func(id actions.ID, target models.CredentialID) kit.StartChangeMsg {
		return kit.StartChangeMsg{Action: id, Targets: []models.CredentialID{target}}
	}
	cases := []struct {
		scope  actions.Scope
		row    string
		key    string
		expect any
	}{
		{actions.CITokens, "crd_build", "y", kit.CopySecretMsg{Target: "crd_build"}},
		{actions.CITokens, "crd_build", "v", kit.RevealMsg{Target: "crd_build", Show: true}},
		{actions.CITokens, "crd_build", "w", kit.RevealMsg{Target: "crd_build"}},
		{actions.CITokens, "crd_build", "i", kit.CopyTextMsg{Text: "crd_build", What: "the id of build"}},
		{actions.CITokens, "crd_build", "r", kit.StartRotateMsg{Targets: []models.CredentialID{"crd_build"}}},
		{actions.CITokens, "crd_deploy", "c", kit.StartStepMsg{Target: deploy, Step: models.StepConfirm}},
		{actions.CITokens, "crd_deploy", "z", kit.StartStepMsg{Target: deploy, Step: models.StepCancel}},
		{actions.CITokens, "crd_e2e", "b", kit.StartStepMsg{Target: e2e, Step: models.StepRollback}},
		{actions.CITokens, "crd_e2e", "+", kit.StartStepMsg{Target: e2e, Step: models.StepExtend}},
		{actions.CITokens, "crd_e2e", "f", kit.StartStepMsg{Target: e2e, Step: models.StepEnd}},
		{actions.CITokens, "crd_build", "n", kit.StartChangeMsg{Action: actions.Create}},
		{actions.CITokens, "crd_build", "e", change(actions.Rename, "crd_build")},
		{actions.CITokens, "crd_build", "p", change(actions.Pause, "crd_build")},
		{actions.CITokens, "crd_paused", "u", change(actions.Resume, "crd_paused")},
		{actions.CITokens, "crd_build", "x", change(actions.Revoke, "crd_build")},
		{actions.Members, "mem_002", "y", kit.CopySecretMsg{Target: "crd_m002"}},
		{actions.Members, "mem_002", "v", kit.RevealMsg{Target: "crd_m002", Show: true}},
		{actions.Members, "mem_002", "r", change(actions.ResetOwn, "crd_m002")},
		{actions.Members, "mem_002", "i", kit.CopyTextMsg{Text: "mem_002", What: "the id of Carl Chairless"}},
		{actions.Legacy, "crd_lci", "r", kit.StartRotateMsg{Targets: []models.CredentialID{"crd_lci"}}},
		{actions.Legacy, "crd_lun", "x", change(actions.Revoke, "crd_lun")},
		{actions.Legacy, "crd_lci", "w", kit.RevealMsg{Target: "crd_lci"}},
	}
	for _, one := range cases {
		t.Run(string(one.scope)+" "+one.key, func(t *testing.T) {
			c := openWith(t, sample(), one.scope).send(kit.BookChangedMsg{All: true})
			c.send(kit.SelectMsg{Key: one.row}).press(one.key).asks(one.expect)
		})
	}
}

func TestDisabledReasonsReachTheActions(t *testing.T) {
	cases := []struct {
		name   string
		scope  actions.Scope
		row    string
		change func(*kit.Book)
		action actions.ID
		want   string
	}{
		{"read-only", actions.CITokens, "crd_build", func(b *kit.Book) { b.ReadOnly = true }, actions.Rotate, "keyturn was started with --read-only"},
		{"offline", actions.CITokens, "crd_build", func(b *kit.Book) { b.Online = false }, actions.Pause, "the service does not answer: nothing can be changed until it does"},
		{"not loaded yet", actions.CITokens, "crd_build", func(b *kit.Book) { b.HasSpace, b.Workspace.Caller.Permissions = false, nil }, actions.Create, "the workspace is not loaded yet: wait a moment"},
		{"a plain member", actions.CITokens, "crd_build", func(b *kit.Book) { b.Workspace.Caller.Permissions = nil }, actions.Create, "only admins of the workspace may do this"},
		{"revoked", actions.CITokens, "crd_gone", nil, actions.Copy, "this CI token is revoked"},
		{"no rotation", actions.CITokens, "crd_build", nil, actions.Confirm, "no rotation is open"},
		{"pending", actions.CITokens, "crd_deploy", nil, actions.RollBack, "the new secret has not taken over yet: cancel instead"},
		{"retiring, whether it was used or only confirmed", actions.CITokens, "crd_e2e", nil, actions.Cancel, "the new secret has taken over already: roll back instead"},
		{"a person's legacy key", actions.Legacy, "crd_lapi", nil, actions.Rotate, "a legacy API key has no successor: its owner moves to the personal token, then the key is revoked"},
		{"the lines of a person's key", actions.Legacy, "crd_lapi", nil, actions.Lines, "a legacy API key does not belong into a pipeline: make a CI token for it"},
		{"nobody's legacy key", actions.Legacy, "crd_lorp", nil, actions.AskOwner, "nobody owns this key"},
		{"someone else's token", actions.Members, "mem_002", func(b *kit.Book) { b.Workspace.Caller.Permissions = nil }, actions.Reveal, "only its owner may read this personal token"},
		{"my own token", actions.Members, "mem_002", func(b *kit.Book) {
			b.Workspace.Caller.Permissions, b.Workspace.Caller.Token = nil, "crd_m002"
		}, actions.Reveal, ""},
		{"possible", actions.CITokens, "crd_build", nil, actions.Rotate, ""},
	}
	for _, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			c := openWith(t, sample(), one.scope).send(kit.BookChangedMsg{All: true}).send(kit.SelectMsg{Key: one.row})
			if one.change != nil {
				one.change(c.book)
			}
			if got := c.action(one.action).Disabled; got != one.want {
				t.Errorf("%s is disabled because %q, want %q", one.action, got, one.want)
			}
		})
	}
}

func TestADisabledKeyAnswersWithTheReason(t *testing.T) {
	c := openWith(t, sample(), actions.CITokens).send(kit.BookChangedMsg{All: true}).send(kit.SelectMsg{Key: "crd_build"})
	c.press("z").asks(kit.ToastMsg{Toast: kit.Toast{Level: kit.Warn, Text: "cancel rotation: no rotation is open"}})
}

func TestEveryScreenOffersWhatTheCatalogueSays(t *testing.T) {
	for _, screen := range openWith(t, sample(), actions.CITokens).all {
		var have []actions.ID
		for _, a := range screen.Actions() {
			if a.Run == nil {
				t.Errorf("%s: %s runs nothing", screen.Title(), a.ID)
			}
			if slices.Contains(have, a.ID) {
				t.Errorf("%s offers %s twice", screen.Title(), a.ID)
			}
			have = append(have, a.ID)
		}
		want := actions.For(screen.Scope())
		if screen.Scope() != actions.Overview {
			want = append(want, actions.For(actions.Lists)...)
		}
		for _, spec := range want {
			if !slices.Contains(have, spec.ID) {
				t.Errorf("%s does not offer %s", screen.Title(), spec.ID)
			}
		}
	}
}

func TestTheMessageToAnOwnerSaysWhatToDoAndByWhen(t *testing.T) {
	c := openWith(t, sample(), actions.Legacy).send(kit.BookChangedMsg{All: true}).send(kit.SelectMsg{Key: "crd_lapi"}).press("o")
	copied, ok := c.upward[len(c.upward)-1].(kit.CopyTextMsg)
	if !ok || copied.What != "a message to Bea Builder <member001@example.com>" {
		t.Fatalf("the screen asked for %#v", c.upward)
	}
	for _, part := range []string{"Hello Bea Builder", `"Bea Builder's key"`, "2026-11-25 10:00-12:00 CET, 09:00-11:00 UTC", "2027-01-31", "LOCALSTACK_AUTH_TOKEN", "lstk 1.4.0 on bea-laptop"} {
		if !strings.Contains(copied.Text, part) {
			t.Errorf("the message does not say %q:\n%s", part, copied.Text)
		}
	}
}

func TestARowThatIsNotThereIsNoSurprise(t *testing.T) {
	c := openWith(t, sample(), actions.CITokens).send(kit.BookChangedMsg{All: true}).send(kit.SelectMsg{Key: "crd_build"})
	c.send(kit.SelectMsg{Key: "crd_nowhere"})
	if !strings.Contains(c.selected(), "build") {
		t.Errorf("the cursor went to %q", c.selected())
	}
	if _, toast := c.upward[0].(kit.ToastMsg); !toast {
		t.Error("nothing was said")
	}
}

func TestSelectingARowClearsAFilterThatHidesIt(t *testing.T) {
	c := openWith(t, sample(), actions.CITokens).send(kit.BookChangedMsg{All: true}).press("/").typeText("nightly").press("enter")
	c.send(kit.SelectMsg{Key: "crd_deploy"})
	if !strings.Contains(c.selected(), "deploy") {
		t.Errorf("the cursor is on %q", c.selected())
	}
	c.see("nightly", "build")
}

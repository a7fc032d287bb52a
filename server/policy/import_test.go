package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// aToken is a well-formed token value, another one for every n.
func aToken(n int) models.Secret {
	s, err := models.NewToken(numbered(fmt.Sprintf("%064d", n)), "lstest")
	if err != nil {
		panic(err)
	}
	return s
}

// numbered is a source of bytes that repeats its digits.
type numbered string

func (s numbered) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = s[len(s)-1-i%len(s)] - '0'
	}
	return len(p), nil
}

// used is the history of one host.
func used(host string, count int64) models.InventoryUse {
	return models.InventoryUse{Client: "localstack", Version: "3.8", Host: host, CI: true, First: newYear.AddDate(0, 0, -20), Last: newYear.Add(-time.Hour), Count: count}
}

// acme is a workspace file with something of everything.
func acme() models.Inventory {
	yes := true
	return models.Inventory{
		Workspace: models.InventoryWorkspace{Name: "Acme & Sons", PersonalReveal: models.RevealAdmins, MembersUseCI: &yes},
		Sunset:    sunset(),
		Members: []models.InventoryMember{
			{Email: "ada@example.com", Name: "Ada", Role: models.RoleAdmin, Seat: true},
			{Email: "bob@example.com", Name: "Боб", Role: models.RoleMember, Seat: true, Token: aToken(1), Use: []models.InventoryUse{used("desk", 7)}, RefusedCI: 4},
			{Email: "eve@example.com", Role: models.RoleMember, CreatedAt: newYear.AddDate(-1, 0, 0)},
		},
		CITokens: []models.InventoryCredential{
			{Name: "deploy", Value: aToken(2), Use: []models.InventoryUse{used("b1", 30), used("b2", 60)}},
			{Name: "paused", State: models.Paused},
			{Name: "gone", State: models.Revoked},
		},
		LegacyKeys: []models.InventoryCredential{
			{Kind: models.LegacyCIKey, Name: "old-deploy", Value: models.NewSecret("legacy0001"), Use: []models.InventoryUse{used("b1", 900)}},
			{Kind: models.LegacyCIKey, Name: "listed only"},
			{Kind: models.LegacyAPIKey, Owner: "bob@example.com", Value: models.NewSecret("legacy0002")},
			{Kind: models.LegacyAPIKey, Name: "nobody's", Value: models.NewSecret("legacy0003")},
		},
	}
}

func (w *world) export() models.Inventory {
	w.Helper()
	inv, err := w.svc.Export(ctx, w.admin)
	w.must(err)
	return inv
}

func TestImportMakesWhatTheFileSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dry, err := w.tryLoad(acme(), true)
	w.must(err)
	if page, _ := w.svc.Members(ctx, w.admin, models.Page{}); len(page.Items) != 1 {
		t.Error("the dry run wrote members")
	}
	report := w.load(acme())
	if dry.DryRun = false; !cmp.Equal(dry, report) {
		t.Errorf("the dry run said something else:\n%s", cmp.Diff(dry, report))
	}
	if report.Created != 9 || report.Updated != 3 || report.Unchanged != 0 || len(report.Changes) != 12 {
		t.Errorf("reported %+v", report)
	}
	bob := w.memberOf("bob@example.com")
	if !w.tokenOf("bob@example.com").Equal(aToken(1)) || bob.Name != "Боб" || bob.Token.Use.Count != 7 || bob.Token.RefusedCI.Count != 4 || bob.LegacyKey.Name != "Боб" {
		t.Errorf("Bob is %+v", bob)
	}
	if eve := w.memberOf("eve@example.com"); eve.Seat || !eve.CreatedAt.Equal(newYear.AddDate(-1, 0, 0)) || w.read(eve.Token.ID, 0).Empty() {
		t.Errorf("Eve is %+v", eve)
	}
	deploy := w.named(models.CIToken, "deploy")
	want := models.Use{Last: newYear.Add(-time.Hour), Count: 90, Recent: 90, Client: "localstack", Version: "3.8", Host: "b1", CI: true}
	if deploy.Use != want || deploy.Newest().Uses != 90 || !deploy.Newest().FirstUse.Equal(newYear.AddDate(0, 0, -20)) {
		t.Errorf("deploy was used %+v, its secret %+v", deploy.Use, deploy.Newest())
	}
	w.accepted(aToken(2))
	w.accepted(models.NewSecret("legacy0001"))
	w.accepted(models.NewSecret("legacy0003"))
	if got := w.named(models.CIToken, "paused"); got.State != models.Paused || !got.ValueKnown {
		t.Errorf("paused is %+v", got)
	}
	if got := w.named(models.CIToken, "gone"); got.State != models.Revoked || got.Newest() != nil {
		t.Errorf("gone is %+v", got)
	}
	listed := w.named(models.LegacyCIKey, "listed only")
	if listed.ValueKnown || listed.Newest() == nil {
		t.Errorf("listed only is %+v", listed)
	}
	_, _, err = w.svc.ReadSecret(ctx, w.admin, listed.ID, 0)
	w.refused(err, "value-unknown")
}

func TestImportTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.load(acme())
	w.accepted(aToken(2)) // the service has counted since
	before, events := w.export(), len(w.events(w.admin, ""))
	report := w.load(acme())
	if report.Created+report.Updated != 0 || report.Unchanged != 11 {
		t.Errorf("the second time: %+v", report)
	}
	if diff := cmp.Diff(before, w.export(), cmp.Comparer(models.Secret.Equal)); diff != "" {
		t.Error(diff)
	}
	if now := len(w.events(w.admin, "")); now != events {
		t.Error("nothing happened, and yet the history grew")
	}
}

func TestImportReplacesNoValue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.load(acme())
	inv := models.Inventory{
		Members:  []models.InventoryMember{{Email: "bob@example.com", Name: "Боб", Role: models.RoleMember, Seat: true, Token: aToken(8)}},
		CITokens: []models.InventoryCredential{{Name: "deploy", Value: aToken(9)}},
		LegacyKeys: []models.InventoryCredential{
			{Kind: models.LegacyCIKey, Name: "listed only", Value: models.NewSecret("otherwise1")},
			{Kind: models.LegacyAPIKey, Owner: "bob@example.com", Value: models.NewSecret("otherwise2")},
			{Kind: models.LegacyAPIKey, Name: "nobody's", Value: models.NewSecret("otherwise3")},
		},
	}
	w.must(w.change(w.admin, w.named(models.LegacyAPIKey, "nobody's").ID, (*policy.Tx).Revoke))
	dry, err := w.tryLoad(inv, true)
	w.must(err)
	report := w.load(inv)
	const other = "the file has another value, which was not taken: "
	want := models.ImportReport{Unchanged: 5, Kept: 5, Changes: []models.ImportChange{
		{Verb: "keep", What: "personal token", Name: "Боб", Detail: other + "reset it instead"},
		{Verb: "keep", What: "CI token", Name: "deploy", Detail: other + "rotate it instead"},
		{Verb: "keep", What: "legacy CI key", Name: "listed only", Detail: other + "rotate it instead"},
		{Verb: "keep", What: "legacy API key", Name: "Боб", Detail: other + "a legacy API key has no successor; its owner moves to the personal token"},
		{Verb: "keep", What: "legacy API key", Name: "nobody's", Detail: other + "it is revoked; create a CI token instead"},
	}}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Error(diff)
	}
	if dry.DryRun = false; !cmp.Equal(dry, report) {
		t.Errorf("the dry run said something else:\n%s", cmp.Diff(dry, report))
	}
	w.accepted(aToken(2))
	w.rejected(aToken(9), models.RefusedUnknown)
	inv = models.Inventory{CITokens: []models.InventoryCredential{{Name: "deploy", Value: aToken(1)}}}
	_, err = w.tryLoad(inv, false)
	w.refused(err, "import-refused")
}

// An export says what there is: importing it changes nothing here, whatever has happened, and makes
// the same workspace elsewhere.
func TestExportRoundTrip(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.load(acme())
	old := w.named(models.LegacyCIKey, "old-deploy")
	w.rotate(old.ID, firstUse)
	w.accepted(w.read(old.ID, 0))
	w.accepted(models.NewSecret("legacy0001"))
	w.must(w.change(w.admin, w.named(models.CIToken, "deploy").ID, (*policy.Tx).Revoke))
	w.accepted(w.read(w.create("deploy").ID, 0)) // its successor has its name
	w.present(aToken(1), true)
	w.rotate(w.memberOf("eve@example.com").Token.ID, noGrace)

	exported := w.export()
	if report := w.load(exported); report.Created+report.Updated != 0 {
		t.Errorf("into itself: %+v", report)
	}
	equal := cmp.Comparer(models.Secret.Equal)
	if diff := cmp.Diff(exported, w.export(), equal); diff != "" {
		t.Errorf("after importing itself:\n%s", diff)
	}
	elsewhere := newWorld(t)
	elsewhere.load(exported)
	if diff := cmp.Diff(exported, elsewhere.export(), equal); diff != "" {
		t.Errorf("elsewhere it makes\n%s", diff)
	}
	for _, m := range exported.Members {
		if !m.Token.Empty() {
			t.Error("a value was exported")
		}
	}
}

// The file is right about people and the calendar; about secrets the service is.
func TestImportUpdates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.load(acme())
	inv := acme()
	inv.Members[1].Name, inv.Members[1].Role, inv.Members[1].Seat = "Bob", models.RoleAdmin, false
	inv.Members[1].Token = aToken(8)
	inv.CITokens[0].State, inv.CITokens[0].Value = models.Paused, aToken(9)
	inv.CITokens[0].Use = []models.InventoryUse{used("b1", 10), used("b2", 61), used("b3", 30)}
	inv.Sunset.Downtimes[0].End = inv.Sunset.Downtimes[0].End.Add(time.Hour)
	inv.Members, inv.LegacyKeys = inv.Members[1:2], nil
	report := w.load(inv)
	const other = "the file has another value, which was not taken: "
	want := []models.ImportChange{
		{Verb: "update", What: "sunset calendar", Detail: "1 downtime"},
		{Verb: "keep", What: "personal token", Name: "Боб", Detail: other + "reset it instead"},
		{Verb: "update", What: "member", Name: "bob@example.com", Detail: "name: Боб → Bob, role: member → admin, seat: true → false"},
		{Verb: "keep", What: "CI token", Name: "deploy", Detail: other + "rotate it instead"},
		{Verb: "update", What: "CI token", Name: "deploy", Detail: "state: active → paused, usage history"},
	}
	if diff := cmp.Diff(want, report.Changes); diff != "" {
		t.Error(diff)
	}
	deploy := w.named(models.CIToken, "deploy")
	if !w.read(deploy.ID, 0).Equal(aToken(2)) || !w.tokenOf("bob@example.com").Equal(aToken(1)) {
		t.Error("an import replaced a secret")
	}
	if deploy.Use.Count != 30+61+30 || deploy.Newest().Uses != 121 {
		t.Errorf("its use is %+v: what one file knows less of was lost, or what it knows more of was not taken", deploy.Use)
	}
	if page, _ := w.svc.Members(ctx, w.admin, models.Page{}); len(page.Items) != 3 {
		t.Error("who is not in the file was deleted")
	}
}

// Refusals and uses are two histories: news about one must not touch the other.
func TestImportRaisesOneHistoryAtATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.load(acme())
	inv := models.Inventory{Members: []models.InventoryMember{{Email: "bob@example.com", Name: "Боб", Role: models.RoleMember, Seat: true, RefusedCI: 9}}}
	w.load(inv)
	if got := w.memberOf("bob@example.com").Token; got.RefusedCI.Count != 9 || got.Use.Count != 7 || got.Use.Host != "desk" {
		t.Errorf("after news of refusals: %+v, %+v", got.RefusedCI, got.Use)
	}
	inv.Members[0].RefusedCI, inv.Members[0].Use = 0, []models.InventoryUse{used("desk", 8)}
	w.load(inv)
	if got := w.memberOf("bob@example.com").Token; got.RefusedCI.Count != 9 || got.Use.Count != 8 {
		t.Errorf("after news of uses: %+v, %+v", got.RefusedCI, got.Use)
	}
}

// History belongs to the secret that was current: a rotation must not look as if it was through.
func TestImportDuringARotation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	w.rotate(c.ID, firstUse)
	w.load(models.Inventory{CITokens: []models.InventoryCredential{{Name: "deploy", Use: []models.InventoryUse{used("b1", 5)}}}})
	got := w.get(c.ID)
	if got.Version(1).Uses != 5 || got.Version(2).Uses != 0 || got.Use.Count != 5 || got.Rotation.State != models.RotationPending {
		t.Errorf("it is now %+v", got)
	}
}

func TestImportRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		spoil func(*models.Inventory)
		says  string // the entry and what is wrong with it
	}{
		{"a member without a name", func(i *models.Inventory) { i.Members[2].Email = "" }, "members[2]: this is not an e-mail"},
		{"no e-mail", func(i *models.Inventory) { i.Members[2].Email = "eve" }, "member eve: this is not an e-mail"},
		{"twice the same member", func(i *models.Inventory) { i.Members[2].Email = "BOB@example.com " }, "member BOB@example.com : it is in the file twice"},
		{"an unknown role", func(i *models.Inventory) { i.Members[1].Role = "owner" }, "member bob@example.com: unknown role"},
		{"a name with NUL", func(i *models.Inventory) { i.Members[1].Name = "a\x00" }, "member bob@example.com: "},
		{"a mistyped token", func(i *models.Inventory) { i.Members[1].Token = models.NewSecret("ls-typo") }, "member bob@example.com: its token"},
		{"a negative count", func(i *models.Inventory) { i.Members[1].RefusedCI = -1 }, "member bob@example.com: a count is negative"},
		{"the own admin role", func(i *models.Inventory) { i.Members[0].Role = models.RoleMember }, "member ada@example.com: you cannot take"},
		{"an unknown setting", func(i *models.Inventory) { i.Workspace.PersonalReveal = "all" }, "workspace: personal_token_reveal"},
		{"a sunset that ends first", func(i *models.Inventory) { i.Sunset.End = i.Sunset.Start }, "sunset: it ends"},
		{"a downtime that ends first", func(i *models.Inventory) { i.Sunset.Downtimes[0].End = newYear }, "downtime d1: it ends"},
		{"a downtime without id", func(i *models.Inventory) { i.Sunset.Downtimes[0].ID = "" }, "sunset: a downtime has no id"},
		{"two downtimes with one id", func(i *models.Inventory) {
			i.Sunset.Downtimes = append(i.Sunset.Downtimes, i.Sunset.Downtimes[0])
		}, "downtime d1: this id"},
		{"a token that is a legacy key", func(i *models.Inventory) { i.CITokens[0].Value = models.NewSecret("legacy0009") }, "CI token deploy: its value"},
		{"an unknown state", func(i *models.Inventory) { i.CITokens[1].State = "off" }, "CI token paused: its state"},
		{"no name", func(i *models.Inventory) { i.CITokens[1].Name = " " }, "ci_tokens[1]: A name must not be empty"},
		{"twice the same name", func(i *models.Inventory) { i.LegacyKeys[1].Name = "deploy" }, "legacy CI key deploy: it is in the file twice"},
		{"a value somebody has", func(i *models.Inventory) { i.CITokens[1].Value = aToken(1) }, "CI token paused: another credential has the same value"},
		{"a short legacy key", func(i *models.Inventory) { i.LegacyKeys[0].Value = models.NewSecret("short") }, "legacy CI key old-deploy: its value must be 8 to 64"},
		{"a legacy key with a space", func(i *models.Inventory) { i.LegacyKeys[0].Value = models.NewSecret("legacy 0001") }, "legacy CI key old-deploy: its value"},
		{"an unknown owner", func(i *models.Inventory) { i.LegacyKeys[2].Owner = "x@example.com" }, "legacy API key of x@example.com: no member"},
		{"two keys of one owner", func(i *models.Inventory) { i.LegacyKeys[3].Owner = "bob@example.com" }, "legacy API key of bob@example.com: it is in the file twice"},
		{"an unnamed key of nobody", func(i *models.Inventory) { i.LegacyKeys[3].Name = "" }, "legacy_keys[3]: A name must not be empty"},
		{"a legacy key that is a token", func(i *models.Inventory) { i.LegacyKeys[0].Kind = models.CIToken }, "legacy key old-deploy: its kind"},
		{"uses without a time", func(i *models.Inventory) { i.CITokens[0].Use[0].Last = time.Time{} }, "CI token deploy: its use on b1 has a count"},
		{"uses that end first", func(i *models.Inventory) { i.CITokens[0].Use[0].First = newYear }, "CI token deploy: its first use on b1"},
	}
	w := newWorld(t)
	before := w.export()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, dry := range []bool{true, false} {
				inv := acme()
				tt.spoil(&inv)
				_, err := w.in(t).tryLoad(inv, dry)
				w.in(t).refused(err, "import-refused")
				var e *models.Error
				if errors.As(err, &e); !strings.HasPrefix(e.Title, tt.says) {
					t.Errorf("dry %v: it says %q, want %q", dry, e.Title, tt.says)
				}
			}
			if diff := cmp.Diff(before, w.export(), cmp.Comparer(models.Secret.Equal)); diff != "" {
				t.Errorf("refused, and yet something was written:\n%s", diff)
			}
		})
	}
}

func TestImportIsOneEvent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := len(w.events(w.admin, ""))
	w.load(acme())
	list := w.events(w.admin, "")
	if len(list) != before+1 || list[0].Action != models.EventImported || list[0].Detail != "9 created, 3 updated, 0 unchanged" {
		t.Errorf("the history: %+v", list)
	}
}

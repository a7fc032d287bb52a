package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// farm is the history of that many build agents, each used once; the lower the number, the later.
func farm(agents int) []models.InventoryUse {
	uses := make([]models.InventoryUse, agents)
	for i := range uses {
		at := newYear.Add(-time.Duration(i+1) * time.Minute)
		uses[i] = models.InventoryUse{Client: "localstack", Host: fmt.Sprintf("agent-%d", i), CI: true, First: at, Last: at, Count: 1}
	}
	return uses
}

// callers returns who uses a credential: how often by name, and in all.
func (w *world) callers(id models.CredentialID) (byHost map[string]int64, sum int64) {
	w.Helper()
	list, truncated, err := w.svc.Usage(ctx, w.admin, id)
	w.must(err)
	if truncated {
		w.Errorf("more callers are kept than can be told")
	}
	byHost = map[string]int64{}
	for _, c := range list {
		sum += c.Count
		if c.Client == policy.OtherClient {
			c.Host = policy.OtherClient
		}
		byHost[c.Host] = c.Count
	}
	if use := w.get(id).Use; use.Count != sum {
		w.Errorf("%d uses are counted, %d by callers", use.Count, sum)
	}
	return byHost, sum
}

// However many callers a file knows, as many are kept as of live ones: those who came last, and one who
// stands for all others.
func TestImportedCallersAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	inv := models.Inventory{CITokens: []models.InventoryCredential{{Name: "deploy", Use: farm(300)}}}
	w.load(inv)
	id := w.named(models.CIToken, "deploy").ID
	hosts, sum := w.callers(id)
	if len(hosts) != policy.MaxCallers || sum != 300 || hosts["agent-198"] != 1 || hosts["agent-199"] != 0 || hosts["other"] != 101 {
		t.Errorf("%d callers with %d uses are kept, %d by others", len(hosts), sum, hosts["other"])
	}
	if use := w.get(id).Use; use.Host != "agent-0" || use.Recent != 300 {
		t.Errorf("in sum it was used %+v", use)
	}
	if report := w.load(inv); report.Updated != 0 {
		t.Errorf("the second time: %+v", report)
	}
	w.activate(policy.Activation{Secret: w.read(id, 0), CI: true, Client: "localstack", Host: "a live one"})
	if hosts, sum := w.callers(id); hosts["other"] != 102 || sum != 301 {
		t.Errorf("after a live use %d of %d are by others", hosts["other"], sum)
	}
	inv.CITokens[0].Use = farm(310)
	inv.CITokens[0].Use[0].Count = 6
	w.load(inv)
	if hosts, sum := w.callers(id); len(hosts) != policy.MaxCallers || hosts["agent-0"] != 6 || hosts["other"] != 111 || sum != 315 {
		t.Errorf("after a newer file %d of %d are by others, %d by the last one", hosts["other"], sum, hosts["agent-0"])
	}
	if report := w.load(inv); report.Updated != 0 {
		t.Errorf("the newer file for the second time: %+v", report)
	}
}

func TestImportedCallersFillWhatLiveOnesLeave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.create("deploy").ID
	w.load(models.Inventory{CITokens: []models.InventoryCredential{{Name: "deploy", Use: farm(150)}}})
	w.activate(policy.Activation{Secret: w.read(id, 0), CI: true, Client: "localstack", Host: "a live one"})
	inv := models.Inventory{CITokens: []models.InventoryCredential{{Name: "deploy", Use: farm(250)}}}
	w.load(inv)
	before, sum := w.callers(id)
	if len(before) != policy.MaxCallers || before["a live one"] != 1 || before["agent-197"] != 1 || before["other"] != 52 || sum != 251 {
		t.Errorf("%d callers with %d uses, %d by others", len(before), sum, before["other"])
	}
	elsewhere := newWorld(t)
	elsewhere.load(w.export())
	after, _ := elsewhere.callers(elsewhere.named(models.CIToken, "deploy").ID)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("exported and imported elsewhere:\n%s", diff)
	}
}

// A revoked credential of a name that the same file has brought before is that one: its history is added, its other value
// is not taken, and it stays as it is.
func TestARevokedNamesakeLaterInTheFile(t *testing.T) {
	t.Parallel()
	for _, dry := range []bool{true, false} {
		w := newWorld(t)
		report, err := w.tryLoad(models.Inventory{
			CITokens: []models.InventoryCredential{
				{Name: "deploy", State: models.Paused},
				{Name: "deploy", State: models.Revoked, Value: aToken(1), Use: farm(1)},
			},
			LegacyKeys: []models.InventoryCredential{
				{Kind: models.LegacyCIKey, Name: "old", Value: models.NewSecret("legacy0001")},
				{Kind: models.LegacyCIKey, Name: "old", State: models.Revoked},
			},
		}, dry)
		w.must(err)
		want := []models.ImportChange{
			{Verb: "create", What: "CI token", Name: "deploy"},
			{Verb: "keep", What: "CI token", Name: "deploy", Detail: "the file has another value, which was not taken: rotate it instead"},
			{Verb: "update", What: "CI token", Name: "deploy", Detail: "usage history"},
			{Verb: "create", What: "legacy CI key", Name: "old"},
		}
		if diff := cmp.Diff(want, report.Changes); diff != "" || report.Unchanged != 1 {
			t.Errorf("dry %v: %d unchanged, %s", dry, report.Unchanged, diff)
		}
		if dry {
			continue
		}
		if c := w.named(models.CIToken, "deploy"); c.State != models.Paused || c.Use.Count != 1 {
			t.Errorf("it is %s and was used %d times", c.State, c.Use.Count)
		}
		if _, err := w.tryLoad(models.Inventory{
			LegacyKeys: []models.InventoryCredential{{Kind: models.LegacyCIKey, Name: "new"}}, CITokens: []models.InventoryCredential{{Name: "new"}},
		}, dry); err == nil || !strings.Contains(err.Error(), "in the file twice") {
			t.Errorf("one name of two kinds is answered with %v", err)
		}
	}
}

// A legacy key belongs to a member whom the same file brings, however either writes the address.
func TestAnOwnerWhomTheSameFileBrings(t *testing.T) {
	t.Parallel()
	for _, dry := range []bool{true, false} {
		w := newWorld(t)
		report, err := w.tryLoad(models.Inventory{
			Members:    []models.InventoryMember{{Email: " Bob@Example.com", Name: "Bob"}, {Email: "eve@example.com"}},
			LegacyKeys: []models.InventoryCredential{{Kind: models.LegacyAPIKey, Owner: "bob@example.COM "}, {Kind: models.LegacyAPIKey, Owner: "eve@example.com"}},
		}, dry)
		w.must(err)
		var names []string
		for _, c := range report.Changes {
			names = append(names, c.What+" "+c.Name)
		}
		want := []string{"member  Bob@Example.com", "member eve@example.com", "legacy API key Bob", "legacy API key eve@example.com"}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("dry %v: %s", dry, diff)
		}
		if !dry && w.named(models.LegacyAPIKey, "Bob").Owner.ID != w.memberOf("Bob@Example.com").ID {
			t.Error("the key is not Bob's")
		}
	}
}

// The entries of a file are asked for one after the other, and none behind one that is refused.
func TestEntriesAreAskedForOneByOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := 0
	members := func(yield func(models.InventoryMember) bool) {
		for _, email := range []string{"bob@example.com", "nobody", "eve@example.com"} {
			if asked++; !yield(models.InventoryMember{Email: email}) {
				return
			}
		}
	}
	err := w.as(w.admin, func(tx *policy.Tx) error {
		_, err := tx.ImportArriving(policy.Arriving{Members: members}, false)
		return err
	})
	if err == nil || asked != 2 {
		t.Errorf("%d were asked for, and it ended with %v", asked, err)
	}
}

package policy_test

import (
	"fmt"
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

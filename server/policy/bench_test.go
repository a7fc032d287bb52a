package policy_test

import (
	"fmt"
	"testing"

	"example.com/keyturn/models"
)

// people is a workspace file of that many members, each with a legacy key and some history.
func people(n int) models.Inventory {
	var inv models.Inventory
	for i := range n {
		email := fmt.Sprintf("member%06d@example.com", i)
		inv.Members = append(inv.Members, models.InventoryMember{
			Email: email, Name: fmt.Sprintf("Member %d", i), Role: models.RoleMember, Seat: i%7 != 0, Use: []models.InventoryUse{used("desk", 40)},
		})
		inv.LegacyKeys = append(inv.LegacyKeys, models.InventoryCredential{
			Kind: models.LegacyAPIKey, Owner: email, Value: models.NewSecret(fmt.Sprintf("key%07d", i)), Use: []models.InventoryUse{used("desk", 3)},
		})
	}
	return inv
}

func pipelines(n int) []models.InventoryCredential {
	var list []models.InventoryCredential
	for i := range n {
		list = append(list, models.InventoryCredential{Name: fmt.Sprintf("pipeline %06d", i), Use: []models.InventoryUse{used("b1", 9), used("b2", 90)}})
	}
	return list
}

func BenchmarkList1000Members(b *testing.B) {
	w := newWorld(b)
	w.load(people(5000))
	b.ResetTimer()
	for b.Loop() {
		page, err := w.svc.Members(ctx, w.admin, models.Page{Limit: models.MaxPage})
		if err != nil || len(page.Items) != models.MaxPage {
			b.Fatal(len(page.Items), err)
		}
	}
}

func BenchmarkList1000CITokens(b *testing.B) {
	w := newWorld(b)
	w.load(models.Inventory{CITokens: pipelines(3000)})
	b.ResetTimer()
	for b.Loop() {
		page, err := w.svc.Credentials(ctx, w.admin, models.CredentialFilter{Kinds: []models.Kind{models.CIToken}}, models.Page{Limit: models.MaxPage})
		if err != nil || len(page.Items) != models.MaxPage {
			b.Fatal(len(page.Items), err)
		}
	}
}

func BenchmarkActivate(b *testing.B) {
	w := newWorld(b)
	w.load(people(1000))
	s := w.read(w.create("deploy").ID, 0)
	b.ResetTimer()
	for b.Loop() {
		w.accepted(s)
	}
}

func BenchmarkAuthenticate(b *testing.B) {
	w := newWorld(b)
	w.load(people(1000))
	b.ResetTimer()
	for b.Loop() {
		w.signIn(w.token)
	}
}

func BenchmarkWorkspaceWithCounts(b *testing.B) {
	w := newWorld(b)
	w.load(people(20_000))
	b.ResetTimer()
	for b.Loop() {
		if _, err := w.svc.Workspace(ctx, w.admin); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkChangesNothingNew(b *testing.B) {
	w := newWorld(b)
	w.load(people(1000))
	position := w.changesAfter(-1).Position
	b.ResetTimer()
	for b.Loop() {
		w.changesAfter(position)
	}
}

func BenchmarkRotate(b *testing.B) {
	w := newWorld(b)
	c := w.create("deploy")
	b.ResetTimer()
	for b.Loop() {
		w.rotate(c.ID, noGrace)
	}
}

// BenchmarkImport130000 brings in 100,000 members, of whom every fifth has a legacy key, and 10,000 CI
// tokens.
func BenchmarkImport130000(b *testing.B) {
	inv := people(100_000)
	inv.LegacyKeys = inv.LegacyKeys[:20_000]
	inv.CITokens = pipelines(10_000)
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b)
		b.StartTimer()
		w.load(inv)
	}
}

// BenchmarkImport130000Again brings in the same file a second time, which changes nothing.
func BenchmarkImport130000Again(b *testing.B) {
	inv := people(100_000)
	inv.LegacyKeys = inv.LegacyKeys[:20_000]
	inv.CITokens = pipelines(10_000)
	w := newWorld(b)
	w.load(inv)
	b.ResetTimer()
	for b.Loop() {
		if report := w.load(inv); report.Unchanged != 130_000 {
			b.Fatalf("%d are unchanged", report.Unchanged)
		}
	}
}

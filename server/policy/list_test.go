package policy_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

func TestPagesMeetWithoutGapOrOverlap(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var inv models.Inventory
	for i := range 23 {
		inv.Members = append(inv.Members, models.InventoryMember{Email: fmt.Sprintf("m%02d@example.com", i), Role: models.RoleMember})
		inv.LegacyKeys = append(inv.LegacyKeys, models.InventoryCredential{Kind: models.LegacyAPIKey, Name: "key", Owner: fmt.Sprintf("m%02d@example.com", i)})
	}
	w.load(inv)
	for _, limit := range []int{1, 7, 12, 24, models.MaxPage} {
		var emails []string
		page := models.Page{Limit: limit}
		for {
			got, err := w.svc.Members(ctx, w.admin, page)
			w.must(err)
			for _, m := range got.Items {
				emails = append(emails, m.Email)
				if m.Email != "ada@example.com" && (m.LegacyKey == nil || m.Token.Newest() == nil) {
					t.Errorf("%s is listed without token or key", m.Email)
				}
			}
			if page.Cursor = got.Next; page.Cursor == "" {
				break
			}
			if len(got.Items) != limit {
				t.Fatalf("a page of %d instead of %d that is not the last", len(got.Items), limit)
			}
		}
		if len(emails) != 24 || emails[0] != "ada@example.com" || !slices.IsSorted(emails[1:]) {
			t.Errorf("pages of %d give %v", limit, emails)
		}
	}
	for _, limit := range []int{-1, models.MaxPage + 1} {
		_, err := w.svc.Members(ctx, w.admin, models.Page{Limit: limit})
		w.refused(err, "invalid-request")
		_, err = w.svc.Credentials(ctx, w.admin, models.CredentialFilter{}, models.Page{Limit: limit})
		w.refused(err, "invalid-request")
		_, err = w.svc.Events(ctx, w.admin, models.EventFilter{}, models.Page{Limit: limit})
		w.refused(err, "invalid-request")
	}
}

func TestCredentialFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create("active")
	w.must(w.change(w.admin, w.create("to pause").ID, (*policy.Tx).Pause))
	w.must(w.change(w.admin, w.create("to revoke").ID, (*policy.Tx).Revoke))
	w.legacy(models.LegacyCIKey, "old", "", "legacy1234")
	w.legacy(models.LegacyAPIKey, "bobs", "", "legacy5678")
	tests := []struct {
		f    models.CredentialFilter
		want int
	}{
		{models.CredentialFilter{}, 6},
		{models.CredentialFilter{Kinds: []models.Kind{models.CIToken}}, 3},
		{models.CredentialFilter{Kinds: []models.Kind{models.LegacyCIKey, models.LegacyAPIKey}}, 2},
		{models.CredentialFilter{Kinds: []models.Kind{models.PersonalToken}}, 1},
		{models.CredentialFilter{Kinds: []models.Kind{models.LegacyCIKey, models.CIToken, models.LegacyCIKey}}, 4},
		{models.CredentialFilter{Kinds: []models.Kind{models.CIToken, models.LegacyCIKey}, States: []models.CredentialState{models.Active}}, 2},
		{models.CredentialFilter{States: []models.CredentialState{models.Paused, models.Revoked}}, 2},
		{models.CredentialFilter{Kinds: []models.Kind{models.LegacyCIKey}, States: []models.CredentialState{models.Revoked}}, 0},
	}
	for _, tt := range tests {
		var seen []models.CredentialID
		for page := (models.Page{Limit: 2}); ; {
			got, err := w.svc.Credentials(ctx, w.admin, tt.f, page)
			w.must(err)
			for _, c := range got.Items {
				seen = append(seen, c.ID)
			}
			if page.Cursor = got.Next; page.Cursor == "" {
				break
			}
		}
		once := slices.Compact(slices.Clone(seen))
		if len(seen) != tt.want || len(once) != tt.want || !slices.IsSorted(seen) {
			t.Errorf("%+v gives %v, want %d credentials in their order", tt.f, seen, tt.want)
		}
	}
}

func TestEventPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 9 {
		w.create(fmt.Sprintf("token %d", i))
	}
	var seqs []int64
	for page := (models.Page{Limit: 4}); ; {
		got, err := w.svc.Events(ctx, w.admin, models.EventFilter{After: 2}, page)
		w.must(err)
		for _, e := range got.Items {
			seqs = append(seqs, e.Seq)
		}
		if page.Cursor = got.Next; page.Cursor == "" {
			break
		}
	}
	if want := []int64{9, 8, 7, 6, 5, 4, 3}; !slices.Equal(seqs, want) {
		t.Errorf("got %v, want %v", seqs, want)
	}
	for _, cursor := range []string{"x", "0", "-3", "1;DROP TABLE events"} {
		_, err := w.svc.Events(ctx, w.admin, models.EventFilter{}, models.Page{Cursor: cursor})
		w.refused(err, "invalid-cursor")
	}
}

func TestWorkspaceCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.join("bob@example.com", true)
	w.join("eve@example.com", false)
	w.legacy(models.LegacyAPIKey, "bobs", "bob@example.com", "legacy0001")
	w.legacy(models.LegacyAPIKey, "nobodys", "", "legacy0002")
	w.legacy(models.LegacyCIKey, "old", "", "legacy0003")
	w.legacy(models.LegacyCIKey, "older", "", "legacy0004")
	w.create("deploy")
	w.must(w.change(w.admin, w.create("gone").ID, (*policy.Tx).Revoke))
	w.accepted(models.NewSecret("legacy0002"))
	w.accepted(models.NewSecret("legacy0003"))
	check := func(when string, want models.Counts) {
		t.Helper()
		got, err := w.svc.Workspace(ctx, w.admin)
		w.must(err)
		if got.Counts != want {
			t.Errorf("%s:\n%+v, want\n%+v", when, got.Counts, want)
		}
		if !got.Now.Equal(w.clock.Now()) || got.Caller.ID != w.admin.ID {
			t.Errorf("%s: at %s for %s", when, got.Now, got.Caller.Email)
		}
	}
	want := models.Counts{Members: 3, Seats: 2, CITokens: 1, LegacyAPI: 2, LegacyCI: 2, LegacyUsed: 2, LegacyUnused: 2, LegacyNoOwner: 1}
	check("at first", want)
	w.clock.advance(31 * 24 * time.Hour)
	want.LegacyUsed, want.LegacyUnused = 0, 4
	check("a month later", want)
	w.rotate(w.named(models.LegacyCIKey, "old").ID, firstUse)
	want.CITokens, want.LegacyCI, want.LegacyUnused, want.Migrated, want.OpenRotations = 2, 1, 3, 1, 1
	check("after a rotation", want)
	w.must(w.change(w.admin, w.named(models.LegacyAPIKey, "bobs").ID, (*policy.Tx).Revoke))
	want.LegacyAPI, want.LegacyUnused, want.Migrated = 1, 2, 2
	check("after the owner moved", want)
}

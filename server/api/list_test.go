package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"example.com/keyturn/models"
)

// pages follows the cursors of a list to its end.
func pages[T any](s session, path string) (items []T, sizes []int) {
	s.w.Helper()
	join := "?"
	if strings.Contains(path, "?") {
		join = "&"
	}
	for cursor := ""; ; {
		var got list[T]
		s.get(path+join+"cursor="+url.QueryEscape(cursor)).into(http.StatusOK, &got)
		items, sizes = append(items, got.Items...), append(sizes, len(got.Items))
		if cursor = got.Next; cursor == "" {
			return items, sizes
		}
		if len(sizes) > 100 {
			s.w.Fatalf("%s has no end", path)
		}
	}
}

// many CI tokens are three pages of the largest size.
const many = 2*models.MaxPage + 10

func crowd(w *world) {
	w.Helper()
	var inv models.Inventory
	for i := range many {
		inv.CITokens = append(inv.CITokens, models.InventoryCredential{Name: fmt.Sprintf("token %04d", i)})
	}
	w.load(inv)
}

func TestListsAreReadToTheEnd(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	crowd(w)
	found, sizes := pages[credential](ada, "/v1/credentials?limit=1000&kind=ci_token")
	if len(found) != many || len(sizes) != 3 || sizes[0] != 1000 || sizes[1] != 1000 || sizes[2] != 10 {
		t.Fatalf("%d credentials on pages of %v", len(found), sizes)
	}
	seen := map[string]bool{}
	for i, c := range found {
		if seen[c.ID] || c.Name != fmt.Sprintf("token %04d", i) || len(c.Secrets) != 1 {
			t.Fatalf("the credential %d is %+v", i, c)
		}
		seen[c.ID] = true
	}
	var first list[credential]
	ada.get("/v1/credentials").into(http.StatusOK, &first)
	if len(first.Items) != 100 || first.Next == "" {
		t.Errorf("unasked, a page has %d", len(first.Items))
	}
	changesInParts(w, ada)
	if none, _ := pages[credential](ada, "/v1/credentials?kind=legacy_ci_key&state=paused"); len(none) != 0 {
		t.Errorf("found %+v", none)
	}
}

// What comes or goes between two pages neither hides nor doubles anything else.
func TestPagesStandWhileTheListMoves(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	for i := range 6 {
		ada.create("token " + strconv.Itoa(i))
	}
	var first, second list[credential]
	ada.get("/v1/credentials?kind=ci_token&limit=3").into(http.StatusOK, &first)
	var gone credential
	ada.act(first.Items[2].ID, "revoke", "").into(http.StatusOK, &gone)
	late := ada.create("late")
	ada.get("/v1/credentials?kind=ci_token&limit=1000&cursor="+first.Next).into(http.StatusOK, &second)
	if n := len(second.Items); n != 5 || second.Items[0].Name != "token 2" || second.Items[n-1].ID != late.ID {
		t.Errorf("the second page holds %+v", second.Items)
	}
}

func TestEventsAreReadToTheEnd(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	id := ada.named("deploy").ID
	for range 25 {
		ada.secret(id)
	}
	type event struct {
		Seq          int64
		Action       string
		CredentialID string `json:"credential_id"`
	}
	found, sizes := pages[event](ada, "/v1/events?limit=10&credential="+id)
	if len(found) != 25 || len(sizes) != 3 {
		t.Fatalf("%d events on pages of %v", len(found), sizes)
	}
	for i, e := range found {
		if e.CredentialID != id || e.Action != "secret.read" || i > 0 && e.Seq >= found[i-1].Seq {
			t.Errorf("the event %d is %+v", i, e)
		}
	}
	newer, _ := pages[event](ada, "/v1/events?limit=2&after="+strconv.FormatInt(found[4].Seq, 10))
	if len(newer) != 4 || newer[0].Seq != found[0].Seq {
		t.Errorf("after the fifth there are %+v", newer)
	}
}

func TestRepeatedFiltersAdd(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	var got credential
	ada.act(ada.named("deploy").ID, "pause", "").into(http.StatusOK, &got)
	for query, want := range map[string]int{
		"": 6, "kind=ci_token": 1, "kind=ci_token&kind=legacy_ci_key": 2, "kind=personal_token": 3,
		"state=paused": 1, "state=active&state=paused": 6, "state=revoked": 0, "kind=legacy_api_key&state=active": 1,
	} {
		if found, _ := pages[credential](ada, "/v1/credentials?"+query); len(found) != want {
			t.Errorf("%q finds %d, want %d", query, len(found), want)
		}
	}
}

// Pages that are kept ready are those of who sees all: nobody else is told from where somebody has rotated, though
// an admin has just read the same page.
func TestAPageKeptReadyIsNotForEverybody(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	if a := ada.rotate(ada.named("deploy").ID, firstUse); a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.body)
	}
	bob := ada.signIn("bob@example.com")
	const from = `"started_from":"`
	for range 2 {
		for _, path := range []string{"/v1/credentials", "/v1/credentials?kind=ci_token&limit=1000"} {
			if a := ada.get(path); !strings.Contains(string(a.body), from) {
				t.Errorf("Ada is not told from where, in %s: %d", path, a.status)
			}
			if a := bob.get(path); a.status != http.StatusOK || strings.Contains(string(a.body), from) {
				t.Errorf("Bob is told from where, in %s: %d", path, a.status)
			}
		}
	}
}

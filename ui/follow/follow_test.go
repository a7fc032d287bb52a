package follow_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/follow"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/testkit"
)

func TestEverythingComesInParts(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		for i := range models.MaxPage {
			w.Put(testkit.CIToken(models.CredentialID(fmt.Sprintf("crd_x%d", i)), "x"))
			w.Join(testkit.Person(1000+i, "x"))
		}
	}
	testkit.Within(t, fill, func(t *testing.T, w *testkit.World) {
		loader, book, parts := follow.NewLoader(w), kit.NewBook(), 0
		book.Loading = true
		for book.Loading {
			part, err := loader.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if parts++; (parts == 1) != (part.Workspace != nil) {
				t.Errorf("the workspace came with part %d", parts)
			}
			part.Into(book, time.Now())
		}
		all := func(*models.Credential) bool { return true }
		if parts != 5 || len(book.Credentials(all)) != models.MaxPage+7 || len(book.People()) != models.MaxPage+3 || book.Workspace.Name != "Acme" {
			t.Errorf("%d parts, %d credentials, %d members", parts, len(book.Credentials(all)), len(book.People()))
		}
	})
}

func TestTheWorkspaceComesWithTheChangesThatTouchIt(t *testing.T) {
	testkit.Within(t, testkit.Sample, func(t *testing.T, w *testkit.World) {
		at, _, err := follow.Changes(t.Context(), w, -1, 0)
		if err != nil {
			t.Fatal(err)
		}
		w.Put(testkit.CIToken("crd_new", "new"))
		changes, workspace, err := follow.Changes(t.Context(), w, at.Position, follow.Wait)
		if err != nil || len(changes.Credentials) != 1 || workspace != nil {
			t.Errorf("%+v with the workspace %v: %v", changes, workspace, err)
		}
		w.SignIn(models.RoleMember)
		if _, workspace, err = follow.Changes(t.Context(), w, changes.Position, follow.Wait); err != nil || workspace == nil || workspace.Caller.Role != models.RoleMember {
			t.Errorf("the workspace is %+v: %v", workspace, err)
		}
	})
}

func TestItIsAskedAgainLaterAndLater(t *testing.T) {
	for failures, want := range []time.Duration{1, 2, 4, 8, 10, 10, 10} {
		if got := follow.Retry(failures); got != want*time.Second {
			t.Errorf("after %d failures: %s", failures, got)
		}
	}
}

func TestOnlyARefusedPlaceLoadsEverythingAnew(t *testing.T) {
	for fault, want := range map[models.Fault]bool{
		models.FaultInvalid: true, models.FaultNotFound: true, models.FaultConflict: true,
		models.FaultUnreachable: false, models.FaultUnknown: false, models.FaultInternal: false, models.FaultUnauthorized: false,
	} {
		if follow.LostPlace(&models.Error{Fault: fault}) != want {
			t.Errorf("%s: not %t", fault, want)
		}
	}
	if follow.LostPlace(errors.New("a foreign error")) {
		t.Error("a foreign error loads everything anew")
	}
}

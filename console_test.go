//go:build unix

package main

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/screen"
)

func TestTheWholeWayOnAScreen(t *testing.T) {
	w := newWorld(t)
	_, err := w.admin.Import(t.Context(), models.Inventory{
		CITokens: []models.InventoryCredential{{Kind: models.CIToken, Name: "deploy-eu"}, {Kind: models.CIToken, Name: "nightly-e2e"}, {Kind: models.CIToken, Name: "release-ios"}},
		Members:  []models.InventoryMember{{Email: "maria@example.com", Name: "Maria", Seat: true}},
		LegacyKeys: []models.InventoryCredential{
			{Kind: models.LegacyCIKey, Name: "old-nightly", Value: models.NewSecret("q7z4k2m9x1")},
		},
	}, false, "import-0001")
	w.must(err)
	admin, err := os.ReadFile(w.dir + "/admin-token")
	w.must(err)
	s := start(t, 120, 40, []string{"KEYTURN_ENDPOINT=" + w.endpoint, "LOCALSTACK_AUTH_TOKEN=" + strings.TrimSpace(string(admin))})

	s.See("legacy keys", "What to do next")
	s.Press("2").See("deploy-eu", "nightly-e2e", "release-ios")
	s.Press("/", "depeu").See("deploy-eu").Gone("nightly-e2e")
	s.Press(screen.Enter, "y")
	old := s.Clipboard(1)
	w.expect(old, http.StatusOK, "the copied secret")

	s.Press("r").Dialog("Rotate", "deploy-eu", "Cancel")
	s.Press(screen.ShiftTab, screen.Enter).Dialog("version 2, fingerprint")
	s.Press("y")
	next := s.Clipboard(2)
	if next == old {
		t.Fatal("after the rotation the old secret was copied")
	}
	w.expect(old, http.StatusOK, "the old secret in the overlap")
	s.Press(screen.Escape).Gone("version 2").See("waiting for first use")

	w.expect(next, http.StatusOK, "the new secret")
	s.See("old ends in 23 h")
	w.clock.advance(models.DefaultGrace)
	w.expect(old, http.StatusUnauthorized, "the old secret after its grace")
	w.expect(next, http.StatusOK, "the new secret after the grace")
	_, err = w.server.Service().Sweep(t.Context())
	w.must(err)
	s.Gone("old ends in")

	s.Press("5").See("started", "deploy-eu")
	s.Press("q")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, value := range []string{old, next} {
		if strings.Contains(s.Said(), value) {
			t.Error("a secret was written to the terminal, though it was only copied")
		}
	}
	if !strings.HasSuffix(s.Said(), "\x1b[?1049l") {
		t.Error("the terminal was not given back")
	}
}

func TestRevealShowsTheSecretAndHidesItAgain(t *testing.T) {
	w := newWorld(t)
	_, err := w.admin.Import(t.Context(), models.Inventory{CITokens: []models.InventoryCredential{{Kind: models.CIToken, Name: "deploy-eu"}}}, false, "import-0003")
	w.must(err)
	page, err := w.admin.Credentials(t.Context(), models.CredentialFilter{Kinds: []models.Kind{models.CIToken}}, models.Page{})
	w.must(err)
	value := w.secret(page.Items[0].ID)
	admin, err := os.ReadFile(w.dir + "/admin-token")
	w.must(err)
	s := start(t, 80, 24, []string{"NO_COLOR=1", "KEYTURN_ENDPOINT=" + w.endpoint, "LOCALSTACK_AUTH_TOKEN=" + strings.TrimSpace(string(admin))})
	s.See("legacy keys").Press("2").See(">  deploy-eu").Reveals(func() {
		s.Press("v").Dialog(value)
		s.Press("v").Gone(value)
	})
	s.Press(screen.Escape).Gone("esc close").Press("q")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// A terminal that never answers must not hold up what only prints, and what only prints must not
// ask: importing Bubble Tea alone would query the terminal.
func TestWhatOnlyPrintsNeverAsksTheTerminal(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"--version"}, {"version"}, {"demo", "--help"}, {"rotate", "--help"}, {"completion", "bash"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			began := time.Now()
			s := start(t, 80, 24, nil, args...)
			if code := s.Exit(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if said := s.Said(); said == "" || strings.Contains(said, "\x1b") {
				t.Errorf("it said %q", said)
			}
			t.Logf("took %s", time.Since(began))
		})
	}
}

func TestTheDemoIsOneCommand(t *testing.T) {
	s := start(t, 80, 24, nil, "demo", "--members", "30", "--ci-tokens", "5", "--legacy", "4")
	s.See("What to do next", "4 left")
	s.Press("q")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

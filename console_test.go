//go:build unix

package main

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/models"
)

const (
	enter    = "\r"
	escape   = "\x1b"
	shiftTab = "\x1b[Z"
)

func TestTheWholeWayOnAScreen(t *testing.T) {
	w := newWorld(t)
	_, err := w.admin.Import(t.Context(), models.Inventory{
		CITokens: []models.InventoryCredential{{Kind: models.CIToken, Name: "deploy-eu"}, {Kind: models.CIToken, Name: "nightly-e2e"}, {Kind: models.CIToken, Name: "release-ios"}},
		Members:  []models.InventoryMember{{Email: "maria@example.com", Name: "Maria", Seat: true}},
		LegacyKeys: []models.InventoryCredential{
			{Kind: models.LegacyCIKey, Name: "old-nightly", Value: models.NewSecret("abcdefghij")},
		},
	}, false, "import-0001")
	w.must(err)
	admin, err := os.ReadFile(w.dir + "/admin-token")
	w.must(err)
	s := start(t, 120, 40, []string{"KEYTURN_ENDPOINT=" + w.endpoint, "LOCALSTACK_AUTH_TOKEN=" + strings.TrimSpace(string(admin))})

	s.see("legacy keys", "What to do next")
	s.press("2").see("deploy-eu", "nightly-e2e", "release-ios")
	s.press("/", "depeu").see("deploy-eu").gone("nightly-e2e")
	s.press(enter, "y")
	old := s.clipboard(1)
	w.expect(old, http.StatusOK, "the copied secret")

	s.press("r").dialog("Rotate", "deploy-eu", "Cancel")
	s.press(shiftTab, enter).dialog("version 2, fingerprint")
	s.press("y")
	next := s.clipboard(2)
	if next == old {
		t.Fatal("after the rotation the old secret was copied")
	}
	w.expect(old, http.StatusOK, "the old secret in the overlap")
	s.press(escape).gone("version 2").see("waiting for first use")

	w.expect(next, http.StatusOK, "the new secret")
	s.see("old ends in 23 h")
	w.clock.advance(models.DefaultGrace)
	w.expect(old, http.StatusUnauthorized, "the old secret after its grace")
	w.expect(next, http.StatusOK, "the new secret after the grace")
	_, err = w.server.Service().Sweep(t.Context())
	w.must(err)
	s.gone("old ends in")

	s.press("5").see("started", "deploy-eu")
	s.press("q")
	if code := s.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, value := range []string{old, next} {
		if strings.Contains(s.said(), value) {
			t.Error("a secret was written to the terminal, though it was only copied")
		}
	}
	if !strings.HasSuffix(s.said(), "\x1b[?1049l") {
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
	s.see("legacy keys").press("2").see(">  deploy-eu").press("v").dialog(value)
	s.press("v").gone(value)
	s.press(escape).gone("esc close").press("q")
	if code := s.exit(); code != 0 {
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
			if code := s.exit(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if said := s.said(); said == "" || strings.Contains(said, "\x1b") {
				t.Errorf("it said %q", said)
			}
			t.Logf("took %s", time.Since(began))
		})
	}
}

func TestTheDemoIsOneCommand(t *testing.T) {
	s := start(t, 80, 24, nil, "demo", "--members", "30", "--ci-tokens", "5", "--legacy", "4")
	s.see("What to do next", "4 left")
	s.press("q")
	if code := s.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

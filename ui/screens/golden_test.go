package screens_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/term"
)

var update = flag.Bool("update", false, "write the golden screens anew")

var scopes = []actions.Scope{actions.Overview, actions.CITokens, actions.Members, actions.Legacy, actions.Activity}

var sizes = []struct{ width, height int }{{80, 20}, {120, 36}, {40, 7}}

// history is a few events, the newest first.
func history() []models.Event {
	return []models.Event{
		{Seq: 5, At: now.Add(-time.Minute), Actor: "lstk 1.4.0", From: "10.0.0.7", Action: models.EventFirstUse, Credential: "crd_e2e", Name: "e2e", Kind: models.CIToken, Rotation: "rot_1", Detail: "version 2"},
		{Seq: 4, At: now.Add(-2 * time.Hour), Actor: "Ada Admin", ActorID: "mem_admin", From: "192.0.2.7", Action: models.EventRotationStarted, Credential: "crd_e2e", Name: "e2e", Kind: models.CIToken, Rotation: "rot_1"},
		{Seq: 3, At: now.Add(-day), Actor: "مفتاح", ActorID: "mem_x", From: "2001:db8::1", Action: models.EventSecretRead, Credential: "crd_h0", Name: hostileNames[0], Kind: models.CIToken},
		{Seq: 2, At: now.Add(-2 * day), Actor: "Ada Admin", From: "192.0.2.7", Action: models.EventRenamed, Credential: "crd_h6", Name: hostileNames[6], Kind: models.CIToken, Detail: "was: short"},
		{Seq: 1, At: now.Add(-3 * day), Actor: "keyturn", Action: models.EventImported},
	}
}

// everything opens a screen over the hostile workspace with all its data there.
func everything(t *testing.T, scope actions.Scope) *console {
	c := openWith(t, hostile(), scope)
	c.reader.events = func(models.EventFilter, models.Page) (models.EventPage, error) {
		return models.EventPage{Items: history()}, nil
	}
	c.run(c.at.Init())
	c.at.Update(kit.BookChangedMsg{All: true})
	for _, one := range c.book.Credentials(func(*models.Credential) bool { return true }) {
		c.reader.usage[one.ID] = []models.Caller{{SecretVersion: 1, Client: "lstk", ClientVersion: "1.4.0", Host: one.Name, CI: true, First: now.Add(-9 * day), Last: now.Add(-time.Hour), Count: 12}}
	}
	for _, p := range c.book.People() {
		c.reader.usage[p.Token().ID] = nil
	}
	return c
}

func TestScreensLookAsTheyShould(t *testing.T) {
	for _, scope := range scopes {
		for _, size := range sizes {
			for _, pane := range []bool{false, true} {
				if pane && scope == actions.Overview {
					continue
				}
				name := fmt.Sprintf("%s-%dx%d", strings.ReplaceAll(string(scope), " ", "-"), size.width, size.height)
				if pane {
					name += "-detail"
				}
				t.Run(name, func(t *testing.T) {
					c := everything(t, scope)
					c.at.SetSize(size.width, size.height)
					if pane {
						c.press("enter")
					}
					golden(t, name, c.plain())
				})
			}
		}
	}
}

// leftOver is a request without a known outcome, and with plans a plan that is half done.
func leftOver(c *console, plans bool) {
	c.book.PutUnfinished([]journal.Found{{Intent: journal.Intent{Key: "K1", Rotate: &models.RotateRequest{Credential: "crd_lci", Key: "K1"}}}})
	if plans {
		c.book.PutPlans([]bulk.Standing{{
			Plan: bulk.Plan{Items: make([]bulk.Item, 6)}, Done: 3, Failed: 1, Left: 2, Begun: make([]bulk.Result, 6),
		}})
	}
}

func TestTheOverviewShowsWhatWasLeftAtEverySize(t *testing.T) {
	for _, size := range sizes {
		for name, plans := range map[string]bool{"left": false, "plan-left": true} {
			name = fmt.Sprintf("overview-%dx%d-%s", size.width, size.height, name)
			t.Run(name, func(t *testing.T) {
				c := everything(t, actions.Overview)
				leftOver(c, plans)
				c.at.SetSize(size.width, size.height)
				golden(t, name, c.plain())
			})
		}
	}
}

// Where there is hardly any room, what was left is the last thing to go but the steps.
func TestWhatWasLeftIsSeenInAnyRoom(t *testing.T) {
	for width := 40; width <= 200; width += 7 {
		for height := 4; height <= 40; height++ {
			c := everything(t, actions.Overview)
			leftOver(c, true)
			c.book.Doubt = errors.New("the history is not whole")
			c.at.SetSize(width, height)
			inRoom(t, c, width, height)
			if text := strings.Join(strings.Fields(c.plain()), " "); height > 6 && !strings.Contains(text, "3 done, 1 failed, 2 to go; 1 rotation of") {
				t.Fatalf("at %dx%d:\n%s", width, height, c.plain())
			}
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	lines := strings.Split(got, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	got = strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the screen has changed; if that is right, run with -update (-want +got):\n%s", diff)
	}
}

// No name, however wide or long, may push a screen over its edge, with or without a pane or filter.
func TestNoScreenLeavesItsRoom(t *testing.T) {
	for _, scope := range scopes {
		for width := 1; width <= 200; width += 7 {
			for height := 1; height <= 60; height += 8 {
				c := everything(t, scope)
				c.at.SetSize(width, height)
				inRoom(t, c, width, height)
				if scope == actions.Overview {
					continue
				}
				c.press("enter", "down", "pgdown")
				inRoom(t, c, width, height)
				c.press("/").typeText("a")
				inRoom(t, c, width, height)
			}
		}
	}
}

func inRoom(t *testing.T, c *console, width, height int) {
	t.Helper()
	lines := strings.Split(c.at.View(), "\n")
	if len(lines) > height {
		t.Fatalf("%s at %dx%d has %d lines", c.at.Title(), width, height, len(lines))
	}
	for _, line := range lines {
		if w := term.Width(line); w > width {
			t.Fatalf("%s at %dx%d has a line of %d cells: %q", c.at.Title(), width, height, w, line)
		}
	}
}

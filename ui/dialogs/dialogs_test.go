package dialogs_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/dialogs"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/ui/testkit"
	"example.com/keyturn/ui/words"
	"example.com/keyturn/when"
)

var (
	now   = time.Date(2026, 11, 23, 15, 4, 0, 0, time.UTC)
	plain = styles.New(styles.Options{NoColor: true, Profile: termenv.Ascii})
)

func clock() when.Clock { return when.Clock{Now: now} }

// nobody is a service that knows no callers.
func nobody(context.Context, models.CredentialID) ([]models.Caller, bool, error) {
	return nil, false, nil
}

func targets(names ...string) []*models.Credential {
	list := make([]*models.Credential, len(names))
	for i, name := range names {
		c := testkit.CIToken(models.CredentialID("crd_"+string(rune('a'+i))), name)
		list[i] = &c
	}
	return list
}

func rotate(list []*models.Credential) *dialogs.Rotate {
	return dialogs.NewRotate(plain, dialogs.RotateConfig{
		Place: " in Acme", Targets: list, Live: func(models.CredentialID) *models.Credential { return nil },
		Sunset: func() models.Sunset { return models.Sunset{} }, Clock: clock, Usage: nobody,
	})
}

// typed is a question that wants the typed name.
func typed(list []*models.Credential) *dialogs.Ask {
	return dialogs.NewAsk(plain, dialogs.Question{
		Title: "revoke", Place: " in Acme", Targets: list, Lines: []string{words.About(list[0])}, Verb: "Revoke",
		Field: words.TypeField(list), Needs: func(_ int, text string) string { return words.NeedsName(list, text) },
	})
}

func box(c *models.Credential) *dialogs.SecretBox {
	system := ""
	return dialogs.NewSecretBox(plain, dialogs.BoxConfig{
		Now: func() time.Time { return now }, Clock: clock, Credential: func() *models.Credential { return c },
		Read:  func(context.Context) (models.Secret, error) { return models.NewSecret("lsdemo-value"), nil },
		Usage: nobody, System: &system,
	})
}

func picker(list []*models.Credential) *dialogs.Picker {
	var entries []dialogs.Entry
	for _, c := range list {
		entries = append(entries, dialogs.Entry{Key: "k", Label: c.Name, Tooltip: c.Name, Value: c.ID})
	}
	return dialogs.NewPicker(plain, "palette", entries, nil)
}

// each makes every kind of dialog about these credentials.
func each(list []*models.Credential) map[string]kit.Dialog {
	return map[string]kit.Dialog{"rotate": rotate(list), "typed": typed(list), "box": box(list[0]), "picker": picker(list)}
}

// press sends keys and returns the last decision.
func press(d kit.Dialog, names ...string) kit.Decision {
	var last kit.Decision
	for _, name := range names {
		last, _ = d.Update(testkit.Key(name))
	}
	return last
}

func TestEveryQuestionStartsOnCancel(t *testing.T) {
	for name, d := range map[string]kit.Dialog{"rotate": rotate(targets("deploy")), "typed": typed(targets("deploy"))} {
		if _, ok := press(d, "enter").(kit.Dismissed); !ok {
			t.Errorf("%s: enter on a fresh question does not cancel it", name)
		}
	}
}

// Neither the key that opened the question nor any other letter answers it.
func TestNoLetterAnswersAQuestion(t *testing.T) {
	for name, d := range map[string]kit.Dialog{"rotate": rotate(targets("deploy")), "typed": typed(targets("deploy"))} {
		for c := '!'; c <= '~'; c++ {
			if decision := press(d, string(c), string(c)); decision != nil {
				t.Errorf("%s: %q decides %#v", name, c, decision)
			}
		}
		if decision := press(d, "space", "f5", "home", "end", "backspace", "delete"); decision != nil {
			t.Errorf("%s decides %#v", name, decision)
		}
	}
}

// Whoever types before the field has the focus is told.
func TestLettersBesideTheFieldAreNotLostSilently(t *testing.T) {
	const told = "tab goes to the field"
	d := typed(targets("deploy"))
	d.SetSize(80, 20)
	press(d, "d")
	if !strings.Contains(d.View(), told) {
		t.Errorf("nothing is said:\n%s", d.View())
	}
	press(d, "tab")
	if strings.Contains(d.View(), told) {
		t.Errorf("it is still said in the field:\n%s", d.View())
	}
	unasked := rotate(targets("deploy"))
	unasked.SetSize(80, 20)
	press(unasked, "d")
	if strings.Contains(unasked.View(), told) {
		t.Error("a question without a field speaks of one")
	}
}

func TestATypedNameCanBePasted(t *testing.T) {
	for pasted, ok := range map[string]bool{"deploy": true, " deploy\n": true, "crd_a": true, "Deploy": false, "deploy deploy": false, "": false} {
		d := typed(targets("deploy"))
		press(d, "tab")
		if !d.CapturesText() {
			t.Fatal("the field does not have the focus")
		}
		d.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(pasted), Paste: true})
		_, answered := press(d, "tab", "enter").(dialogs.Answer)
		if answered != ok {
			t.Errorf("%q pasted: answered %t", pasted, answered)
		}
	}
}

// Into buttons nothing can be pasted.
func TestAPasteOntoAButtonDoesNothing(t *testing.T) {
	d := rotate(targets("deploy"))
	if decision, cmd := d.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("deploy\n"), Paste: true}); decision != nil || cmd != nil {
		t.Errorf("it decides %#v", decision)
	}
}

func TestEveryNameCanBeConfirmed(t *testing.T) {
	for _, name := range testkit.HostileNames() {
		list := targets(name)
		if why := words.NeedsName(list, name); why != "" {
			t.Errorf("%q typed: %s", name, why)
		}
		if why := words.NeedsName(list, "crd_a"); why != "" {
			t.Errorf("the id of %q typed: %s", name, why)
		}
		if why := words.NeedsName(list, ""); why == "" || term.Width(why) > 120 || !strings.Contains(why, "id") {
			t.Errorf("%q: nothing typed, and it says %q", name, why)
		}
	}
}

// Whatever the size and the names: nothing leaves its room, and nobody loses the buttons.
func TestNoDialogLeavesItsRoom(t *testing.T) {
	for _, name := range testkit.HostileNames() {
		for kind, d := range each(targets(name, "b")) {
			d.Update(testkit.Key("tab"))
			for width := 1; width <= 120; width += 1 + width/7 {
				for height := 1; height <= 40; height += 1 + height/5 {
					d.SetSize(width, height)
					lines := strings.Split(d.View(), "\n")
					if kind != "box" && len(lines) > max(height, 4) {
						t.Fatalf("%s about %q has %d lines at %dx%d", kind, name, len(lines), width, height)
					}
					for _, line := range lines {
						if w := term.Width(line); width >= 30 && w > width {
							t.Fatalf("%s about %q has a line of %d cells at %dx%d: %q", kind, name, w, width, height, line)
						}
					}
					if (kind == "rotate" || kind == "typed") && width >= 30 && height >= 3 && !strings.Contains(d.View(), "[ Cancel ]") {
						t.Fatalf("%s about %q has no Cancel at %dx%d:\n%s", kind, name, width, height, d.View())
					}
				}
			}
		}
	}
}

// The title names the credential with its id, however long the name is.
func TestTheTitleKeepsTheId(t *testing.T) {
	for _, name := range testkit.HostileNames() {
		for kind, d := range map[string]kit.Dialog{"rotate": rotate(targets(name)), "typed": typed(targets(name)), "box": box(targets(name)[0])} {
			for _, width := range []int{36, 76, 116} {
				d.SetSize(width, 20)
				if title := d.Title(); !strings.Contains(title, "id crd_a") || term.Width(title) > width {
					t.Errorf("%s at %d cells: %q", kind, width, title)
				}
			}
		}
	}
}

func TestAFailureToRevealIsShownInItsOwnBox(t *testing.T) {
	c := targets("deploy")[0]
	read := func(context.Context) (models.Secret, error) { return models.Secret{}, errors.New("refused today") }
	system := ""
	d := dialogs.NewSecretBox(plain, dialogs.BoxConfig{
		Now: func() time.Time { return now }, Clock: clock, Credential: func() *models.Credential { return c }, Read: read, Usage: nobody, System: &system,
	})
	other := box(c)
	d.SetSize(80, 20)
	other.SetSize(80, 20)
	_, cmd := d.Update(testkit.Key("v"))
	answer := cmd()
	other.Update(answer)
	d.Update(answer)
	if !strings.Contains(d.View(), "refused today") || strings.Contains(other.View(), "refused today") {
		t.Errorf("the failure is in the wrong box:\n%s\n%s", d.View(), other.View())
	}
}

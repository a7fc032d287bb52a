package dialogs_test

import (
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/dialogs"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/ui/testkit"
)

// run answers what the dialog asks of the service, until it asks no more.
func run(d kit.Dialog, cmd tea.Cmd) (asked int) {
	for cmd != nil {
		asked++
		_, cmd = d.Update(cmd())
	}
	return asked
}

func TestTheCallersOfEachTargetAreAskedForOnce(t *testing.T) {
	for n, want := range map[int]int{1: 1, 3: 3, 20: 20, 50: 20} {
		d := rotate(targets(slices.Repeat([]string{"x"}, n)...))
		if asked := run(d, d.Init()); asked != want {
			t.Errorf("of %d targets the service was asked about %d, want %d", n, asked, want)
		}
	}
}

func TestAClosedDialogAsksNoMore(t *testing.T) {
	d := rotate(targets("a", "b", "c"))
	cmd := d.Init()
	d.Close()
	if asked := run(d, cmd); asked != 1 {
		t.Errorf("after it was closed it asked %d times more", asked-1)
	}
}

// Whatever keys come in whatever order: what is decided is something the service accepts, the worst
// only with the typed name, and never without a press on the button.
func TestOnlySenseIsDecided(t *testing.T) {
	keys := []string{"tab", "shift+tab", "up", "down", "enter", "left", "right", "pgup", "pgdown", "r", "7", "d", "h", "-", "deploy", "72h", "backspace", "ctrl+u"}
	rapid.Check(t, func(r *rapid.T) {
		d := rotate(targets("deploy"))
		d.SetSize(76, 19)
		var before []string
		for range rapid.IntRange(1, 40).Draw(r, "length") {
			key := rapid.SampledFrom(keys).Draw(r, "key")
			view := term.Plain(d.View())
			decision := press(d, key)
			wanted, ok := decision.(dialogs.RotateWanted)
			if !ok {
				if _, dismissed := decision.(kit.Dismissed); dismissed {
					return
				}
				before = append(before, key)
				continue
			}
			if key != "enter" || !contains(view, "> [ Rotate ]") {
				r.Fatalf("%q decided after %q on\n%s", key, before, view)
			}
			if err := wanted.Overlap.Validate(); err != nil {
				r.Fatalf("%v was decided: %v", wanted.Overlap, err)
			}
			if wanted.Overlap.Mode == models.OverlapNone && !slices.Contains(before, "deploy") {
				r.Fatal("a leak was decided without the typed name")
			}
			return
		}
	})
}

func TestSeveralSayHowManyAreLegacy(t *testing.T) {
	list := targets("a", "b", "c")
	list[1].Kind = models.LegacyCIKey
	d := rotate(list)
	d.SetSize(100, 30)
	if view := d.View(); !contains(view, "3 credentials, 1 of them a legacy key that becomes a CI token:") {
		t.Error(view)
	}
	list[2].Kind = models.LegacyCIKey
	if view := d.View(); !contains(view, "3 credentials, 2 of them legacy keys that become CI tokens:") {
		t.Error(view)
	}
}

func TestTheQuestionKeepsWhatIsTypedInSight(t *testing.T) {
	d := rotate(targets("deploy"))
	d.SetSize(36, 5)
	press(d, "down", "down", "down", "down", "down")
	if !contains(d.View(), "(o) none") {
		t.Errorf("the choice is out of sight:\n%s", d.View())
	}
	press(d, "tab", "d", "e")
	if !contains(d.View(), "type deploy: de") {
		t.Errorf("the field is out of sight:\n%s", d.View())
	}
	press(d, "pgup", "pgup", "pgup", "pgup")
	if contains(d.View(), "type deploy") {
		t.Errorf("the text cannot be read again:\n%s", d.View())
	}
	if press(d, "p"); !contains(d.View(), "type deploy: dep") {
		t.Errorf("a letter does not bring the field back:\n%s", d.View())
	}
	if name := testkit.HostileNames()[6]; contains(rotate(targets(name)).Title(), name) {
		t.Error("a name of 300 letters stands in the title")
	}
}

func contains(text, part string) bool { return strings.Contains(text, part) }

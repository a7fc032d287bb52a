package plain_test

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/plain"
	"example.com/keyturn/ui/testkit"
)

// Every action has a word, or there is a reason why lines do without; nothing stands in both lists.
func TestEveryActionHasAWordOrAReason(t *testing.T) {
	offered, instead := plain.Offered(), plain.Instead()
	for _, spec := range actions.All() {
		switch why := instead[spec.ID]; {
		case offered[spec.ID] && why != "":
			t.Errorf("%s has a word, and a reason to have none: %s", spec.ID, why)
		case !offered[spec.ID] && why == "":
			t.Errorf("%s has no word and no reason", spec.ID)
		case why != "" && spec.Changes && spec.Command == "":
			t.Errorf("%s changes something and can only be done on the screen", spec.ID)
		}
	}
	if len(instead) > 8 {
		t.Errorf("%d actions have no word", len(instead))
	}
}

// The id, the label and every key that can be typed mean the action wherever it is offered.
func TestTheKeysOfTheScreenAreWords(t *testing.T) {
	shadowed := map[string]actions.ID{"end": actions.EndOld} // the word comes before the key of the last row
	for _, spec := range actions.All() {
		for _, scope := range spec.Scopes {
			if scope == actions.Lists {
				scope = actions.CITokens
			}
			if scope == actions.Everywhere {
				scope = actions.Overview
			}
			words := append([]string{string(spec.ID), spec.Label}, spec.Keys...)
			for _, word := range words {
				if word == " " {
					word = "space"
				}
				want := spec.ID
				if other := shadowed[word]; other != "" {
					want = other
				}
				if word >= "1" && word <= "6" && len(word) == 1 {
					continue // numbers choose from what was read
				}
				if got, _, _ := plain.Meant(word, scope); got != want {
					t.Errorf("%q in the %s means %q, not %q", word, scope, got, want)
				}
			}
		}
	}
}

func TestTheRestOfALineBelongsToTheLongestWord(t *testing.T) {
	for line, want := range map[string][2]string{
		"filter dep loy": {"filter", "dep loy"}, "/dep": {"filter", "dep"}, "?rot": {"help", "rot"}, "copy id": {"copy-id", ""}, "copy it": {"copy", "it"},
		"roll back now": {"rollback", "now"}, "RENAME New Name": {"rename", "New Name"}, "S": {"reverse", ""}, "s name": {"sort", "name"},
	} {
		if _, name, rest := plain.Meant(line, actions.CITokens); name != want[0] || rest != want[1] {
			t.Errorf("%q means %q with %q", line, name, rest)
		}
	}
}

// A word that is typed with spaces in place of its dashes is the same action, or is asked back; it never does another
// one.
func TestASpaceInPlaceOfADashIsUnderstood(t *testing.T) {
	asked := 0
	for word, name := range plain.Dashed() {
		line := strings.ReplaceAll(word, "-", " ")
		suggested := plain.Suggested(line)
		if suggested == word {
			asked++
			continue
		}
		for _, scope := range actions.Scopes {
			if _, got, _ := plain.Meant(line, scope); got != name && got != "" || suggested != "" {
				t.Errorf("%q in the %s does %s, not %s; suggested is %q", line, scope, got, name, suggested)
			}
		}
	}
	if asked < 4 {
		t.Errorf("only %d are asked back", asked)
	}
	for _, line := range []string{"mark 1 2", "mark-all", "filter mark all", "rename mark-all", "copy id", "", "no such thing", "add my repository"} {
		if got := plain.Suggested(line); got != "" {
			t.Errorf("%q is taken for %q", line, got)
		}
	}
	tell(t, func(u *user) {
		u.Types("ci", "Mark  all").Hears("There is no word Mark  all. Did you mean mark-all?")
		u.Types("marked").Hears("No row is marked.")
		u.Types("ask owner").Hears("Did you mean ask-owner?")
		u.Types("next step").Hears("Did you mean next-step?").HearsNo("is selected")
		u.Types("no such").Hears("There is no word no such. Type help and a few letters to search.")
		u.Types("mark-all").Hears("rows marked")
	})
}

func TestHelpSaysWhatCanBeDoneAndWhyNot(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("ci", "help").Hears("In the CI tokens you can type:", "1: copy, or y: Copy the secret", "Not now: nothing is selected.", "rotate, or r: Replace the secret")
		u.Types("4").Hears("pipeline lines cannot be done now: nothing is selected.")
		u.Types("overview", "help").HearsNo("copy, or y").Hears("next-step: Go to what should be done next.")
	})
}

func TestHelpSearchesAndRuns(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("ci", "2", "help replace").Hears("rotate, or r", "reset", "It is offered in the members.")
		u.Types("1").Hears("Rotate:", "deploy, CI token").Types("")
		u.Types("help theme").Hears("Not here: lines have no colours.").Types("?qqqq").Hears("Nothing that can be done matches qqqq.")
		u.Types("2", "help extend").Hears("Not now: no rotation is open.")
	})
}

// Nothing but text leaves, whatever anything is called.
func TestNothingButTextIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		out := plain.Printed(rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }), rapid.SampledFrom(evil)).Draw(t, "text"))
		for i, r := range out {
			if unicode.IsControl(r) && (r != '\n' || i != strings.Index(out, "\n")) || unicode.Is(unicode.Bidi_Control, r) {
				t.Fatalf("%U was written in %q", r, out)
			}
		}
	})
}

var evil = []string{"\x1b[2J\x1b]52;c;aGk=\a", "a\u202Eb", "a\rb", "two\nlines", "\u009b31m", "\xff\xfe", "a\u2028b", "\x00\x7f"}

// evilWorld has names that no door has cleaned.
func evilWorld(w *testkit.World) {
	testkit.Hostile(w)
	for i, name := range evil {
		id := string(rune('a' + i))
		w.Put(testkit.Used(testkit.CIToken(models.CredentialID("crd_e"+id), name), 0, 5, name), testkit.LegacyCIKey(models.CredentialID("crd_f"+id), name))
		w.Join(testkit.Person(200+i, name))
		w.Happened(models.Event{Actor: name, Action: models.EventCreated, Name: name, From: name, Detail: name})
	}
}

// Every line that is heard is checked by the user of the story.
func TestHostileNamesAreHeardAsText(t *testing.T) {
	tellIn(t, evilWorld, plain.Config{}, func(u *user) {
		for _, place := range []string{"overview", "ci", "members", "legacy", "activity"} {
			u.Types(place, "more", "more", "1", "detail", "marked", "where", "help")
		}
		u.Types("ci", "filter yments").Hears("CI tokens: 2 of").Hears("payments, id crd_h5").Hears("ments, id crd_h4") // they look the same
		u.Types("1", "rotate", "", "lines", "revoke", "", "rename \x1b[31mred", "")
	})
}

func TestItEndsWithItsContext(t *testing.T) {
	testkit.Within(t, testkit.Sample, func(t *testing.T, w *testkit.World) {
		u := listenTo(t, w, plain.Config{Ports: w.Ports()})
		u.stop()
		u.listen()
		if err := <-u.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("it ended with %v", err)
		}
		_ = u.keys.Close()
	})
}

func TestItEndsWhenNobodyHears(t *testing.T) {
	testkit.Within(t, testkit.Sample, func(t *testing.T, w *testkit.World) {
		err := plain.RunWith(context.Background(), plain.Config{Ports: w.Ports()}, strings.NewReader("ci\nci\n"), deaf{}, make(chan os.Signal))
		if err == nil || !strings.Contains(err.Error(), "write to the terminal") {
			t.Errorf("it ended with %v", err)
		}
	})
}

type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// A file of lines works as a user does.
func TestLinesCanComeFromAFile(t *testing.T) {
	testkit.Within(t, testkit.Sample, func(t *testing.T, w *testkit.World) {
		w.Expect("pause crd_build")
		var out strings.Builder
		err := plain.RunWith(context.Background(), plain.Config{Ports: w.Ports()}, strings.NewReader("ci\n1\npause\nyes\nwhere"), &out, make(chan os.Signal))
		if err != nil || !strings.Contains(out.String(), "Done: pause build") || !strings.Contains(out.String(), "The service answers.") {
			t.Errorf("%v\n%s", err, out.String())
		}
	})
}

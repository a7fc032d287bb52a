package ui_test

import (
	"strings"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/pipeline"
	"example.com/keyturn/ui/testkit"
)

func contains(text, word string) bool { return strings.Contains(text, word) }

func TestTheLinesOfEverySystem(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("w")
		for _, system := range pipeline.Targets() {
			s.See("Where it is read: "+system.Name, system.File)
			for _, line := range system.Lines(models.AuthTokenVariable) {
				s.See(strings.TrimSpace(line))
			}
			s.World.Expect("copy")
			s.Press("l").See("the lines for " + system.Name + " placed on the clipboard by fakeclip")
			if !s.World.Holds(system.Text(models.AuthTokenVariable)) {
				t.Errorf("%s: the clipboard holds something else", system.ID)
			}
			s.Press("tab")
		}
		s.See("GitHub Actions (1 of 7").Press("shift+tab").See("bash or zsh (7 of 7").Press("right").See("GitHub Actions")
	})
}

func TestTheSystemIsRemembered(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("w", "tab").See("GitLab CI").Press("esc")
		toRow(s, "build").Press("w").See("Where it is read: GitLab CI", "LOCALSTACK_AUTH_TOKEN: $LOCALSTACK_AUTH_TOKEN")
	})
}

func TestTheVariableIsChosenByTheCallersAndCanBeChanged(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("w").See("LOCALSTACK_AUTH_TOKEN: every client that used it lately reads this one", "secrets.LOCALSTACK_AUTH_TOKEN").Press("esc", "4")
		toRow(s, "release-legacy").Press("w")
		s.See("LOCALSTACK_API_KEY: localstack-cli 2.1.0 on jenkins-1 (CI) reads only LOCALSTACK_API_KEY; for the other callers (1) use LOCALSTACK_AUTH_TOKEN")
		s.See("LOCALSTACK_API_KEY: ${{ secrets.LOCALSTACK_API_KEY }}", "Set LOCALSTACK_API_KEY and take LOCALSTACK_AUTH_TOKEN away")
		s.Press("o").See("LOCALSTACK_AUTH_TOKEN: you chose it", "secrets.LOCALSTACK_AUTH_TOKEN")
		s.World.Expect("copy")
		github, _ := pipeline.Find("github")
		if s.Press("l"); !s.World.Holds(github.Text(models.AuthTokenVariable)) {
			t.Error("the lines are not those on the screen")
		}
	})
}

func TestCallersThatComeLateDoNotOverruleAChoice(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		release := s.World.Hold("usage")
		toRow(s.Press("4"), "release-legacy").Press("w").See("asking who uses it…").Press("o", "o").See("LOCALSTACK_AUTH_TOKEN: you chose it")
		release()
		s.Wait(time.Second).See("LOCALSTACK_AUTH_TOKEN: you chose it")
	})
}

func TestTheBoxOfAnotherDoesNotGetTheCallers(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		release := s.World.Hold("usage")
		toRow(s.Press("4"), "release-legacy").Press("w", "esc", "2")
		s.World.Free("usage")
		toRow(s, "deploy").Press("w").See("every client that used it lately")
		release()
		s.Wait(time.Second).See("every client that used it lately").DontSee("jenkins-1")
	})
}

func TestWithoutTheCallersTheCurrentVariableIsOffered(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Fail("usage", testkit.Unreachable())
		toRow(s, "deploy").Press("w").See("LOCALSTACK_AUTH_TOKEN: who uses it is not known: The workspace service does not answer")
	})
}

// A personal token belongs into no pipeline.
func TestAPersonalTokenHasNoPipelineLines(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Expect("secret crd_m001")
		s.AllowSecrets(true)
		toRow(s.Press("3"), "Ada Admin").Press("v").See("Ada Admin (personal token), id crd_m001").DontSee("Where it is read", "copy lines")
		s.Press("l", "o", "tab").See("Ada Admin (personal token)")
	})
}

func TestABoxThatIsTooLongCanBeScrolled(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("w").Resize(40, 10).DontSee("GitHub settings", "env:")
		for range 12 {
			if s.Shows("env:") {
				break
			}
			s.Press("down")
		}
		s.See("env:").Press("pgdown", "pgdown").See("refuses to start with both").Press("pgup", "pgup", "pgup", "pgup").See("fingerprint")
	})
}

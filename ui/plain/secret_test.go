package plain_test

import (
	"testing"
	"time"

	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/plain"
	"example.com/keyturn/ui/testkit"
)

var deployValue = testkit.Value("crd_deploy", 1)

func TestCopyHandsTheSecretOverWithoutWritingIt(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Expect("secret crd_deploy", "copy", "clear")
		u.Types("ci", "2", "copy").Hears("The secret of deploy (crd_deploy): placed on the clipboard by fakeclip.", "cleared after 45 seconds")
		if !u.World.Holds(deployValue) {
			t.Error("the clipboard does not hold it")
		}
		u.Waits(46 * time.Second).HearsNo("cleared.") // nobody is interrupted
		if !u.World.Holds("") {
			t.Error("the clipboard was not cleared")
		}
		u.Types("where").Hears("1 change since:", "The clipboard was cleared.")
	})
}

func TestASecretThatCannotBeTakenBackIsTheUsersBusiness(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Expect("secret crd_deploy", "copy")
		u.World.Deliver(kit.Delivery{Sentence: "sent to the terminal"})
		u.Types("ci", "2", "y").Hears("sent to the terminal.", "What to do: clear your clipboard yourself").Waits(time.Minute)
	})
}

func TestTheClipboardIsClearedOnLeaving(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Expect("secret crd_deploy", "copy", "clear")
		u.Types("ci", "2", "copy", "quit").Hears("The clipboard was cleared.").HearsNo("keyturn>")
		if !u.World.Holds("") {
			t.Error("the clipboard still holds it")
		}
	})
}

func TestALaterCopyHasItsOwnTime(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Expect("secret crd_deploy", "copy", "secret crd_build", "copy", "copy")
		u.Types("ci", "2", "copy").Waits(30*time.Second).Types("1", "copy").Waits(30 * time.Second)
		if !u.World.Holds(testkit.Value("crd_build", 1)) {
			t.Error("the second copy was cleared with the first one's clock")
		}
		u.Types("copy-id").Hears("The id of build, crd_build: placed").Waits(time.Minute)
		if !u.World.Holds("crd_build") {
			t.Error("an id is no secret, and was cleared")
		}
	})
}

func TestWhatSomebodyElseCopiedIsLeftAlone(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Expect("secret crd_deploy", "copy", "clear")
		u.Types("ci", "2", "copy")
		u.World.CopyElsewhere("a recipe")
		u.Waits(time.Minute).Types("").Hears("left alone: it holds something else")
		if !u.World.Holds("a recipe") {
			t.Error("the recipe is gone")
		}
	})
}

func TestRevealAsksBecauseTheLineStays(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("ci", "2", "reveal").Hears("Reveal the secret of deploy", "stays in the scrollback", "Type yes to write it. An empty line means no.")
		u.Types("").Hears("Nothing was done.")
		u.World.Expect("secret crd_deploy")
		u.MayHearSecrets(true).Types("v", "yes").Hears("is on the next line.\n" + deployValue + "\nkeyturn> ")
		u.MayHearSecrets(false).Types("messages").Hears("no messages").Types("detail").Hears("masked: lsdemo-****")
	})
}

func TestASecretThatCannotBeReadSaysWhy(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Expect("secret crd_deploy", "secret crd_deploy")
		u.World.Fail("secret", testkit.Unreachable(), testkit.Unreachable())
		u.Types("ci", "2", "copy").Hears("was not copied: The workspace service does not answer.", "What to do: check that it runs")
		u.Types("reveal", "yes").Hears("could not be read")
	})
}

func TestWithoutAClipboardItSaysWhatToDo(t *testing.T) {
	testkit.Within(t, testkit.Sample, func(t *testing.T, w *testkit.World) {
		ports := w.Ports()
		ports.Clipboard = nil
		w.Expect("secret crd_deploy")
		u := listenTo(t, w, plain.Config{Ports: ports})
		u.Types("ci", "2", "copy").Hears("There is no clipboard here", "type reveal")
		u.Types("copy-id").Hears("could not be copied", "It reads:\ncrd_deploy\n").leave()
	})
}

func TestLinesForAPipeline(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Expect("copy")
		u.Types("ci", "2", "lines").Hears("GitHub Actions", "Variable: LOCALSTACK_AUTH_TOKEN: every client", "env:\n  LOCALSTACK_AUTH_TOKEN: ${{ secrets.LOCALSTACK_AUTH_TOKEN }}\n", "Other systems: github, gitlab")
		u.Types("lines gitlab").Hears("GitLab CI", "variables:").Types("w").Hears("GitLab CI").Types("lines vms").Hears("There are no lines for vms")
		u.Types("lines copy").Hears("The lines for GitLab CI: placed on the clipboard")
		if !u.World.Holds("variables:\n  LOCALSTACK_AUTH_TOKEN: $LOCALSTACK_AUTH_TOKEN\n") {
			t.Error("the clipboard does not hold the lines")
		}
		u.Types("legacy", "1", "lines").Hears("Variable: LOCALSTACK_API_KEY: localstack-cli 2.1.0 on jenkins-1 (CI) reads only")
		u.Types("2", "lines").Hears("does not belong into a pipeline")
	})
}

func TestTheOwnerIsAskedByAMessage(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Expect("copy")
		u.Types("legacy", "2", "ask the owner").Hears("A message to Bea Builder <member002@example.com>: placed on the clipboard")
		u.Types("1", "o").Hears("ask the owner cannot be done now: nobody owns this key")
	})
}

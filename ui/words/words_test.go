package words_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/plan"
	"example.com/keyturn/ui/words"
	"example.com/keyturn/when"
)

func TestAFailureSaysWhoCameFirst(t *testing.T) {
	at := time.Date(2026, 11, 23, 15, 4, 0, 0, time.UTC)
	err := &models.Error{Fault: models.FaultStale, Title: "It has changed", ChangedBy: "Bob", ChangedAt: at}
	for later, want := range map[time.Duration]string{0: "It has changed (Bob, 16:04)", 8 * time.Hour: "It has changed (Bob, 2026-11-23 16:04)"} {
		if got := words.Failure(err, when.Clock{Now: at.Add(later), Zone: time.FixedZone("CET", 3600)}); got != want {
			t.Errorf("%q", got)
		}
	}
	if got := words.Failure(errors.New("no"), when.Clock{}); got != "no" {
		t.Errorf("%q", got)
	}
}

func TestOnlyWhatMayNotHaveBeenDoneIsAskedForAgain(t *testing.T) {
	for fault, want := range map[models.Fault]bool{
		models.FaultUnknown: true, models.FaultUnreachable: true, models.FaultStale: false, models.FaultConflict: false, models.FaultInvalid: false, models.FaultForbidden: false,
	} {
		if got := words.MayAskAgain(&models.Error{Fault: fault}); got != want {
			t.Errorf("%s: %t", fault, got)
		}
	}
}

func TestEveryOverlapCanBeChosen(t *testing.T) {
	for _, o := range words.Overlaps() {
		text := ""
		if o.Own() {
			text = "36h"
			if _, err := o.With("forever"); err == nil {
				t.Errorf("%s takes any time", o.Label)
			}
		}
		overlap, err := o.With(text)
		if err == nil {
			err = overlap.Validate()
		}
		if err != nil {
			t.Errorf("%s: %v", o.Label, err)
		}
	}
	if words.Overlaps()[0].Overlap != models.DefaultOverlap {
		t.Error("the usual overlap is not the first one")
	}
}

// A number looks the same in a question as in the pane beside it.
func TestAQuestionWritesNumbersAsListsDo(t *testing.T) {
	for count, want := range map[int64]string{1: "never, 1 time", 1974: "never, 1,974 times"} {
		target := plan.Target{Credential: models.Credential{Kind: models.CIToken, Secrets: []models.SecretVersion{{Version: 1, State: models.SecretCurrent}}}}
		target.Usage = plan.Usage{Known: true, Callers: []models.Caller{{SecretVersion: 1, Client: "lstk", Count: count}}}
		lines := words.Rotate{Plan: plan.Plan{Targets: []plan.Target{target}}}.Lines()
		if text := strings.Join(lines, "\n"); !strings.HasSuffix(text, want) {
			t.Errorf("%q does not end with %q", text, want)
		}
	}
}

func TestEveryStepThatAPersonTakesHasWords(t *testing.T) {
	for _, step := range []models.RotationStep{models.StepConfirm, models.StepCancel, models.StepRollback, models.StepEnd, models.StepExtend} {
		if text := words.Of(step); text.Verb == string(step) || text.What == "" {
			t.Errorf("%s: %+v", step, text)
		}
	}
}

func TestTheMessageToAnOwnerNamesTheKey(t *testing.T) {
	c := &models.Credential{ID: "crd_1", Kind: models.LegacyAPIKey, Name: "bea's key", Owner: &models.MemberRef{Name: "Bea", Email: "bea@example.com"}}
	text := words.ToOwner(c, models.Workspace{Name: "Acme"}, when.Clock{Now: time.Now()})
	for _, want := range []string{"To: bea@example.com", "Hello Bea,", `"bea's key"`, `"Acme"`, "LOCALSTACK_AUTH_TOKEN"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
}

// A workspace gives personal tokens no names: their owners tell them apart.
func TestAProvenCredentialIsCalledByItsOwnerIfItHasNoName(t *testing.T) {
	for want, who := range map[string]finding.Identity{
		"deploy-eu, CI token":          {Kind: models.CIToken, Name: "deploy-eu"},
		"Maria Santos, personal token": {Kind: models.PersonalToken, Owner: "Maria Santos"},
	} {
		if got := words.HangsOn(&finding.Finding{Proven: &who}); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

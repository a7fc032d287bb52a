package actions_test

import (
	"testing"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
)

func TestOnlyTheNameOrTheIDOrTheNumberConfirms(t *testing.T) {
	one := []*models.Credential{{ID: "01A", Kind: models.CIToken, Name: "deploy-eu "}}
	two := append(one, &models.Credential{ID: "01B", Kind: models.CIToken, Name: "nightly"})
	for _, tc := range []struct {
		targets []*models.Credential
		text    string
		want    bool
	}{
		{one, "deploy-eu", true}, {one, " deploy-eu ", true}, {one, "01A", true},
		{one, "", false}, {one, "deploy-e", false}, {one, "Deploy-eu", false}, {one, "yes", false},
		{two, "2 credentials", true}, {two, "deploy-eu", false}, {two, "01A", false}, {two, "2", false}, {two, "", false},
	} {
		if got := actions.Typed(tc.targets, tc.text); got != tc.want {
			t.Errorf("%q for %s: %v", tc.text, actions.ToType(tc.targets), got)
		}
	}
}

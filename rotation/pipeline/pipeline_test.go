package pipeline_test

import (
	"strings"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/pipeline"
)

var now = time.Date(2026, 11, 23, 15, 4, 0, 0, time.UTC)

func TestTheExactLines(t *testing.T) {
	want := map[string]string{
		"github":     "env:\n  LOCALSTACK_AUTH_TOKEN: ${{ secrets.LOCALSTACK_AUTH_TOKEN }}\n",
		"gitlab":     "variables:\n  LOCALSTACK_AUTH_TOKEN: $LOCALSTACK_AUTH_TOKEN\n",
		"circleci":   "# nothing to add: every job has the project's LOCALSTACK_AUTH_TOKEN\n",
		"compose":    "services:\n  localstack:\n    environment:\n      LOCALSTACK_AUTH_TOKEN: \"${LOCALSTACK_AUTH_TOKEN:?is not set}\"\n",
		"kubernetes": "env:\n  - name: LOCALSTACK_AUTH_TOKEN\n    valueFrom:\n      secretKeyRef:\n        name: localstack-auth-token\n        key: LOCALSTACK_AUTH_TOKEN\n",
		"dotenv":     "LOCALSTACK_AUTH_TOKEN=\n",
		"shell":      "read -rs LOCALSTACK_AUTH_TOKEN\nexport LOCALSTACK_AUTH_TOKEN\nunset LOCALSTACK_API_KEY\n",
	}
	for _, target := range pipeline.Targets() {
		if got := target.Text(models.AuthTokenVariable); got != want[target.ID] {
			t.Errorf("%s:\n%s\nwant\n%s", target.ID, got, want[target.ID])
		}
		if target.Name == "" || target.File == "" || target.Store(models.AuthTokenVariable) == "" {
			t.Errorf("%s does not say where the lines and the value go", target.ID)
		}
		if again, ok := pipeline.Find(target.ID); !ok || again.Name != target.Name {
			t.Errorf("%s is not found again", target.ID)
		}
		delete(want, target.ID)
	}
	for id := range want {
		t.Errorf("there are no lines for %s", id)
	}
	if _, ok := pipeline.Find("punch cards"); ok {
		t.Error("there are lines for punch cards")
	}
}

// A client that reads only the old variable gets the old variable everywhere: the file and the
// place that keeps the value.
func TestTheOldVariableReplacesTheNewOneEverywhere(t *testing.T) {
	for _, target := range pipeline.Targets() {
		text := target.Text(models.APIKeyVariable)
		if !strings.Contains(text, models.APIKeyVariable) {
			t.Errorf("%s: %q", target.ID, text)
		}
		all := strings.ReplaceAll(text+target.Store(models.APIKeyVariable), "unset "+models.AuthTokenVariable, "")
		if strings.Contains(all, models.AuthTokenVariable) {
			t.Errorf("%s still speaks of the new variable: %q", target.ID, all)
		}
	}
	if got := pipeline.OneOnly(models.APIKeyVariable); !strings.HasPrefix(got, "Set LOCALSTACK_API_KEY and take LOCALSTACK_AUTH_TOKEN away") {
		t.Error(got)
	}
}

func TestTheVariableFollowsTheCallers(t *testing.T) {
	at := func(client, version string, ago time.Duration) models.Caller {
		return models.Caller{Client: client, ClientVersion: version, Host: "h", Last: now.Add(-ago)}
	}
	const day = 24 * time.Hour
	tests := []struct {
		name     string
		callers  []models.Caller
		variable string
		reason   string
	}{
		{"nobody", nil, models.AuthTokenVariable, "nobody used it in the last 30 days"},
		{"long ago", []models.Caller{at("localstack", "1.0", 31*day)}, models.AuthTokenVariable, "nobody used it"},
		{"old", []models.Caller{at("localstack", "2.1.0", day)}, models.APIKeyVariable, "localstack 2.1.0 on h reads only LOCALSTACK_API_KEY"},
		{"the latest old one is named", []models.Caller{at("localstack", "1.0", 2*day), at("localstack", "1.1", day)}, models.APIKeyVariable, "localstack 1.1 on h"},
		{"mixed", []models.Caller{at("localstack", "2.1.0", day), at("lstk", "1.0", day), at("x", "1", day)}, models.APIKeyVariable, "for the other callers (2) use LOCALSTACK_AUTH_TOKEN"},
		{"new", []models.Caller{at("localstack", "2.2", day), at("lstk", "", day)}, models.AuthTokenVariable, "every client that used it lately reads this one"},
		{"unknown", []models.Caller{at("testcontainers-java", "1.20.4", day), at("lstk", "", day)}, models.AuthTokenVariable, "testcontainers-java 1.20.4 on h does not say"},
	}
	for _, tt := range tests {
		variable, reason := pipeline.Choose(tt.callers, now)
		if variable != tt.variable || !strings.Contains(reason, tt.reason) {
			t.Errorf("%s: %s because %q", tt.name, variable, reason)
		}
	}
}

// Package pipeline knows what has to be written where a pipeline reads its credential: which
// variable its client looks at, and the exact lines for the systems people use. The lines name the
// place where the CI system keeps its secret; no line ever holds a value.
package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/keyturn/models"
)

// Target is a place where pipelines are described.
type Target struct {
	ID    string // stable: scripts and settings may name it
	Name  string // as people call it
	File  string // which file the lines belong to
	store func(variable string) string
	lines func(variable string) []string
}

// Targets returns every place there are lines for, the usual ones first.
func Targets() []Target {
	return []Target{
		{ID: "github", Name: "GitHub Actions", File: ".github/workflows/*.yml", store: inGitHub, lines: github},
		{ID: "gitlab", Name: "GitLab CI", File: ".gitlab-ci.yml", store: in("Settings, CI/CD, Variables, masked"), lines: gitlab},
		{ID: "circleci", Name: "CircleCI", File: ".circleci/config.yml", store: in("Project Settings, Environment Variables"), lines: circle},
		{ID: "compose", Name: "Docker Compose", File: "compose.yaml", store: in("the environment in which docker compose runs"), lines: compose},
		{ID: "kubernetes", Name: "Kubernetes", File: "the manifest, at the container", store: inKubernetes, lines: kubernetes},
		{ID: "dotenv", Name: ".env", File: ".env", store: always("paste it behind the = sign, and keep the file out of git"), lines: dotenv},
		{ID: "shell", Name: "bash or zsh", File: "the shell in which LocalStack starts", store: always("paste it when read waits: it is neither shown nor kept in the history"), lines: shell},
	}
}

// Find returns the target with that id.
func Find(id string) (Target, bool) {
	list := Targets()
	at := slices.IndexFunc(list, func(t Target) bool { return t.ID == id })
	if at < 0 {
		return Target{}, false
	}
	return list[at], true
}

// Store says where the value is put, so that the lines find it. The place is called as the variable
// is: whoever keeps the old variable changes nothing but the value.
func (t Target) Store(variable string) string { return t.store(variable) }

// Lines returns what the file has to say, for a client that reads that variable.
func (t Target) Lines(variable string) []string { return t.lines(variable) }

// Text is the lines as they are copied.
func (t Target) Text(variable string) string { return strings.Join(t.Lines(variable), "\n") + "\n" }

func in(place string) func(string) string {
	return func(variable string) string { return place + ": " + variable }
}

func always(text string) func(string) string { return func(string) string { return text } }

func inGitHub(variable string) string {
	return "gh secret set " + variable + "  (it asks for the value)"
}

// inKubernetes keeps the value out of the history and out of the list of processes.
func inKubernetes(variable string) string {
	return `read -rs T && printf %s "$T" | kubectl create secret generic localstack-auth-token ` +
		"--from-file=" + variable + "=/dev/stdin --dry-run=client -o yaml | kubectl apply -f -"
}

func github(variable string) []string {
	return []string{"env:", "  " + variable + ": ${{ secrets." + variable + " }}"}
}

// gitlab names the variable once more: a service container is given only what the file names.
func gitlab(variable string) []string {
	return []string{"variables:", "  " + variable + ": $" + variable}
}

// circle gives every variable of the project to each job by itself.
func circle(variable string) []string {
	return []string{"# nothing to add: every job has the project's " + variable}
}

func compose(variable string) []string {
	return []string{"services:", "  localstack:", "    environment:", "      " + variable + `: "${` + variable + `:?is not set}"`}
}

func kubernetes(variable string) []string {
	return []string{
		"env:",
		"  - name: " + variable,
		"    valueFrom:",
		"      secretKeyRef:",
		"        name: localstack-auth-token",
		"        key: " + variable,
	}
}

func dotenv(variable string) []string { return []string{variable + "="} }

func shell(variable string) []string {
	return []string{"read -rs " + variable, "export " + variable, "unset " + Other(variable)}
}

// Other is the variable that is not meant.
func Other(variable string) string {
	if variable == models.AuthTokenVariable {
		return models.APIKeyVariable
	}
	return models.AuthTokenVariable
}

// OneOnly is what must be known whichever variable is used.
func OneOnly(variable string) string {
	return fmt.Sprintf("Set %s and take %s away: LocalStack refuses to start with both.", variable, Other(variable))
}

// recent is how long a caller counts after it was last seen.
const recent = models.RecentDays * 24 * time.Hour

// Choose says which variable to begin with, and why: the old one only where a client that was seen
// lately reads no other.
func Choose(callers []models.Caller, now time.Time) (variable, reason string) {
	var old, fresh, unknown []models.Caller
	for _, c := range callers {
		switch support := c.AuthTokenSupport(); {
		case now.Sub(c.Last) > recent:
		case support == models.SupportMissing:
			old = append(old, c)
		case support == models.SupportUnknown:
			unknown = append(unknown, c)
		default:
			fresh = append(fresh, c)
		}
	}
	switch {
	case len(old) > 0:
		reason = fmt.Sprintf("%s reads only %s", latest(old).Label(), models.APIKeyVariable)
		if n := len(fresh) + len(unknown); n > 0 {
			reason += fmt.Sprintf("; for the other callers (%d) use %s", n, models.AuthTokenVariable)
		}
		return models.APIKeyVariable, reason
	case len(fresh) == 0 && len(unknown) == 0:
		return models.AuthTokenVariable, fmt.Sprintf("nobody used it in the last %d days; every LocalStack from 2.2 on reads this one", models.RecentDays)
	case len(unknown) > 0:
		return models.AuthTokenVariable, fmt.Sprintf("no caller is known to be older than LocalStack 2.2; %s does not say", latest(unknown).Label())
	}
	return models.AuthTokenVariable, "every client that used it lately reads this one"
}

func latest(list []models.Caller) models.Caller {
	return slices.MaxFunc(list, func(a, b models.Caller) int { return a.Last.Compare(b.Last) })
}

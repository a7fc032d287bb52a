package audit_test

import (
	"regexp"

	"example.com/keyturn/audit/finding"
)

// fileKind is a kind of file that the corpus must hold, told by its path and perhaps by what is in it.
type fileKind struct {
	name string
	path *regexp.Regexp
	text *regexp.Regexp
}

func (k fileKind) is(f corpusFile) bool {
	return k.path.MatchString(f.path) && (k.text == nil || k.text.Match(f.text))
}

func kind(name, path string) fileKind {
	return fileKind{name, regexp.MustCompile(path), nil}
}

func kindWith(name, path, text string) fileKind {
	return fileKind{name, regexp.MustCompile(path), regexp.MustCompile(text)}
}

const workflow = `\.github/workflows/[^/]+\.ya?ml$`

// fileKinds are the kinds of file in which LocalStack's credentials stand.
var fileKinds = []fileKind{
	kind("GitHub workflow", workflow),
	kindWith("workflow with services", workflow, `(?m)^ +services:`),
	kindWith("workflow with a matrix", workflow, `(?m)^ +matrix:`),
	kindWith("reusable workflow", workflow, `workflow_call`),
	kindWith("caller of a reusable workflow", workflow, `uses: \./\.github/workflows/`),
	kindWith("workflow with anchors", workflow, `: &\w`),
	kindWith("composite action", `action\.ya?ml$`, `using: composite`),
	kind("GitLab", `(^|/)\.gitlab-ci\.yml$`),
	kind("GitLab, included", `\w\.gitlab-ci\.yml$`),
	kind("CircleCI", `\.circleci/config\.yml$`),
	kind("Travis", `\.travis\.yml$`),
	kind("Bitbucket", `bitbucket-pipelines\.yml$`),
	kind("Azure", `azure-pipelines\.yml$`),
	kind("Drone", `\.drone\.yml$`),
	kind("Jenkinsfile", `Jenkinsfile$`),
	kind("Jenkins, by ending", `\.jenkinsfile$`),
	kind("CodeBuild", `buildspec`),
	kind("Buildkite", `\.buildkite/`),
	kind("HyperExecute", `hyperexecute.*\.yaml$`),
	kind("TeamCity", `\.teamcity/.*\.kts$`),
	kindWith("Compose, list", `compose[^/]*\.ya?ml$`, `(?m)^ +- \w+=`),
	kindWith("Compose, map", `compose[^/]*\.ya?ml$`, `(?m)^ +LOCALSTACK_\w+: `),
	kindWith("Compose, anchors and extensions", `compose[^/]*\.ya?ml$`, `(?m)^x-\S+: &`),
	kindWith("Compose, env_file", `compose[^/]*\.ya?ml$`, `env_file`),
	kind("Dockerfile", `Dockerfile$`),
	kindWith("Dockerfile with ARG", `Dockerfile$`, `(?m)^ARG `),
	kindWith("Dockerfile with a here-document", `Dockerfile$`, `<<`),
	kind("Helm values", `values[^/]*\.yaml$`),
	kindWith("Helm template", `templates/`, `\{\{`),
	kindWith("Kubernetes manifest", `\.yaml$`, `kind: Deployment`),
	kindWith("Kubernetes Secret", `\.yaml$`, `kind: Secret`),
	kind("Kustomize", `kustomization\.yaml$`),
	kind("Terraform", `\.tf$`),
	kind("tfvars", `\.tfvars`),
	kind("dotenv", `(^|/)\.env(\.|$)`),
	kind("direnv", `\.envrc$`),
	kindWith("devcontainer with comments", `devcontainer\.json$`, `//`),
	kind("Make", `Makefile$|\.mk$`),
	kind("Nix", `\.nix$`),
	kind("PowerShell", `\.ps1$`),
	kind("batch", `\.(bat|cmd)$`),
	kind("Java", `\.java$`),
	kind("Kotlin", `\.kt$`),
	kind("Scala", `\.scala$`),
	kind("Go", `\.go$`),
	kind("Python", `\.py$`),
	kind("JavaScript", `\.m?js$`),
	kind("TypeScript", `\.ts$`),
	kind("C#", `\.cs$`),
	kind("MCP", `mcp\.json$|claude_desktop_config\.json$`),
	kind("lstk", `\.lstk/config\.toml$`),
	kind("requirements", `requirements.*\.txt$`),
	kind("pyproject", `pyproject\.toml$`),
	kindWith("Poetry", `pyproject\.toml$`, `tool\.poetry`),
	kind("Pipfile", `Pipfile$`),
	kind("setup.py", `setup\.py$`),
	kind("conda", `environment\.yml$`),
	kind(".tool-versions", `\.tool-versions$`),
	kind("Markdown", `\.md$`),
	kind("reStructuredText", `\.rst$`),
	kind("AsciiDoc", `\.adoc$`),
	kind("change log", `CHANGELOG|CHANGES|HISTORY`),
	kind("release notes", `release-notes/|RELEASE_NOTES`),
	kind("shell", `\.sh$`),
	kindWith("shell without an ending", `bin/[^/.]+$`, `^#!`),
	kind("AppleScript", `\.applescript$`),
	kindWith("docker run in package.json", `package\.json$`, `docker run`),
	kindWith("Ansible", `roles/.*\.yml$`, `ansible`),
	kind("just", `justfile$`),
	kind("Task", `Taskfile\.yml$`),
	kind("tox", `tox\.ini$`),
	kind("Procfile", `Procfile$`),
	kind("systemd", `\.service$`),
	kindWith("CRLF", `.`, `\r\n`),
	kindWith("byte order mark", `.`, "^\uFEFF"),
}

// baits tell files that may be taken for one with a finding.
var baits = map[finding.Code]*regexp.Regexp{
	finding.LegacyEnvVar:       regexp.MustCompile(`LOCALSTACK_API_KEY`),
	finding.LegacySecretRef:    regexp.MustCompile(`LOCALSTACK_AUTH_TOKEN["']?\s*[:=]\s*\S*(\$|from_secret|credentials)`),
	finding.LegacyKeyLiteral:   regexp.MustCompile(`_API_KEY["']?\s*[:=]\s*["']?[A-Za-z0-9]{3,}`),
	finding.HardcodedAuthToken: regexp.MustCompile(`\bls-[a-z0-9]+-`),
	finding.PersonalTokenInCI:  regexp.MustCompile(`(?i)personal`),
	finding.DeprecatedLogin:    regexp.MustCompile(`(?i)localstack[^\n]{0,40}login`),
	finding.OutdatedImage:      regexp.MustCompile(`localstack[\w/-]*:[0-9]`),
	finding.OutdatedCLI:        regexp.MustCompile(`localstack[\w-]*["']? ?[=~><]=? ?["']?[0-9]`),
	finding.LegacyActionInput:  regexp.MustCompile(`(?i)localstack-api-key`),
	finding.MisnamedTokenVar:   regexp.MustCompile(`\w*O?AUTH_TOKEN(_FILE|S)|[A-Z]+_LOCALSTACK_AUTH_TOKEN|LOCALSTACK_OAUTH_TOKEN`),
}

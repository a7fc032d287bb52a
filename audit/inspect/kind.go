package inspect

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"example.com/keyturn/audit/pattern"
)

// language is what a file is written in, as far as comments, quotes and structure go.
type language int

const (
	plain language = iota // words in lines; # begins a comment
	yamlText
	jsonText
	tomlText
	hclText
	dockerText
	dotenvText
	shellText
	makeText
	nixText
	powershellText
	batchText
	curlyText // C and its many heirs
	phpText
	groovyText
	pythonText
	rubyText
	iniText
	xmlText
	dashesText // SQL, Lua, AppleScript, Haskell
	roffText
	markdownText
	rstText
	asciidocText
	orgText
	proseText
)

// kind is what a file is, by its path and, where that does not tell, by how it begins.
type kind struct {
	language language
	ci       bool // a pipeline's definition
	docs     bool // written for people
	log      bool // a change log: it tells of the past
	policy   bool // rules of a checker: it says what must not be
	patch    bool // lines with - before them are gone
	nested   bool // block comments may hold block comments
	compose  bool
	github   bool // a workflow or an action
	gitlab   bool
	azure    bool
}

var languages = map[string]language{
	".yml": yamlText, ".yaml": yamlText, ".json": jsonText, ".jsonc": jsonText, ".json5": jsonText, ".code-workspace": jsonText, ".ipynb": jsonText,
	".toml": tomlText, ".tf": hclText, ".tfvars": hclText, ".hcl": hclText, ".tofu": hclText, ".nomad": hclText,
	".dockerfile": dockerText, ".containerfile": dockerText, ".env": dotenvText, ".sh": shellText, ".bash": shellText, ".zsh": shellText,
	".ksh": shellText, ".fish": shellText, ".bats": shellText, ".envrc": shellText, ".mk": makeText, ".mak": makeText, ".make": makeText, ".just": makeText,
	".nix": nixText, ".ps1": powershellText, ".psm1": powershellText, ".psd1": powershellText, ".bat": batchText, ".cmd": batchText,
	".java": curlyText, ".kt": curlyText, ".kts": curlyText, ".scala": curlyText, ".sc": curlyText, ".go": curlyText, ".js": curlyText,
	".jsx": curlyText, ".ts": curlyText, ".tsx": curlyText, ".mjs": curlyText, ".cjs": curlyText, ".mts": curlyText, ".cts": curlyText,
	".vue": curlyText, ".svelte": curlyText, ".cs": curlyText, ".fs": curlyText, ".c": curlyText, ".h": curlyText, ".cc": curlyText,
	".cpp": curlyText, ".rs": curlyText, ".swift": curlyText, ".dart": curlyText, ".php": phpText, ".proto": curlyText, ".cue": curlyText,
	".css": curlyText, ".scss": curlyText, ".less": curlyText, ".sbt": curlyText, ".rego": plain, ".cmake": plain, ".groovy": groovyText, ".gradle": groovyText, ".jenkinsfile": groovyText, ".py": pythonText, ".pyi": pythonText, ".bzl": pythonText, ".bazel": pythonText, ".star": pythonText,
	".rb": rubyText, ".rake": rubyText, ".cr": rubyText, ".ex": rubyText, ".exs": rubyText, ".pl": rubyText, ".r": rubyText,
	".ini": iniText, ".cfg": iniText, ".conf": iniText, ".properties": iniText, ".service": iniText, ".editorconfig": iniText,
	".xml": xmlText, ".diff": plain, ".patch": plain, ".html": xmlText, ".htm": xmlText, ".csproj": xmlText, ".fsproj": xmlText, ".props": xmlText, ".targets": xmlText, ".config": xmlText,
	".runsettings": xmlText, ".iml": xmlText, ".plist": xmlText,
	".sql": dashesText, ".lua": dashesText, ".applescript": dashesText, ".scpt": dashesText, ".hs": dashesText,
	".md": markdownText, ".mdx": markdownText, ".markdown": markdownText, ".mkd": markdownText, ".org": orgText,
	".rst": rstText, ".adoc": asciidocText, ".asciidoc": asciidocText, ".asc": asciidocText, ".txt": proseText, ".text": proseText,
}

var manPage = pattern.New(`^[\w.-]+\.[1-8]$`)

var baseLanguages = map[string]language{
	"cmakelists.txt": plain, "build": pythonText, "workspace": pythonText, "makefile": makeText, "gnumakefile": makeText, "justfile": makeText, ".justfile": makeText, "procfile": shellText, "rakefile": rubyText,
	"gemfile": rubyText, "vagrantfile": rubyText, "brewfile": rubyText, "tiltfile": pythonText, "pipfile": tomlText, "earthfile": dockerText,
	".bashrc": shellText, ".bash_profile": shellText, ".zshrc": shellText, ".profile": shellText, ".zshenv": shellText, ".envrc": shellText,
	"readme": proseText, "install": proseText, "contributing": proseText, ".flaskenv": dotenvText, "jenkinsfile": groovyText,
	"go.mod": curlyText, "chart.lock": yamlText, ".clang-format": yamlText,
}

// masks are endings that say "a form of the file before it".
var masks = []string{".example", ".sample", ".template", ".tmpl", ".tpl", ".dist", ".default", ".defaults", ".j2", ".jinja", ".jinja2", ".erb", ".gotmpl", ".in", ".bak", ".orig", ".old", ".local", ".ci", ".test", ".dev", ".prod"}

const longestHead = 32 << 10 // bytes that tell what a file is

// kindOf tells what a file is.
func kindOf(name string, text []byte) kind {
	text = text[:min(len(text), longestHead)]
	base := strings.ToLower(path.Base(name))
	lower := strings.ToLower(name)
	k := kind{language: languageOf(base, text)}
	k.log = isLog(lower)
	k.policy = policyNames.MatchString(lower) || eslintNames.MatchString(base) && bytes.Contains(text, []byte("no-restricted"))
	k.patch = strings.HasSuffix(base, ".diff") || strings.HasSuffix(base, ".patch")
	k.nested = slices.Contains([]string{".kt", ".kts", ".scala", ".sc", ".sbt", ".rs", ".swift", ".dart"}, path.Ext(base))
	k.docs = k.language >= markdownText && !isRequirements(base) || k.language == roffText || strings.Contains(lower, ".github/issue_template/") || strings.Contains(lower, ".github/discussion_template/") || strings.HasSuffix(base, ".html") || strings.HasSuffix(base, ".htm")
	if k.language == proseText && !k.docs {
		k.language = plain
	}
	switch k.language {
	case yamlText:
		k.ofYAML(lower, base, text)
	case groovyText:
		k.ci = strings.Contains(base, "jenkinsfile") || bytes.Contains(text, []byte("pipeline {")) || bytes.Contains(text, []byte("node {")) || bytes.Contains(text, []byte("node("))
	default:
		k.ci = inCIFolder(lower)
	}
	return k
}

func languageOf(base string, text []byte) language {
	for stripped := true; stripped; {
		if l, ok := baseLanguages[base]; ok {
			return l
		}
		if l, ok := languageByShape(base); ok {
			return l
		}
		if l, ok := languages[path.Ext(base)]; ok {
			return l
		}
		stripped = false
		for _, m := range masks {
			if strings.HasSuffix(base, m) && len(base) > len(m) {
				base, stripped = strings.TrimSuffix(base, m), true
				break
			}
		}
	}
	return sniff(text)
}

func languageByShape(base string) (language, bool) {
	switch {
	case base == ".env" || strings.HasPrefix(base, ".env.") || strings.HasPrefix(base, ".env-"):
		return dotenvText, true
	case manPage.MatchString(base):
		return roffText, true
	case strings.HasPrefix(base, "dockerfile") || strings.HasPrefix(base, "containerfile"):
		return dockerText, true
	case strings.HasPrefix(base, "jenkinsfile"):
		return groovyText, true
	case strings.HasPrefix(base, "makefile.") && path.Ext(base) != ".md":
		return makeText, true
	case strings.HasSuffix(base, ".tfvars.json") || strings.HasSuffix(base, ".tf.json"):
		return jsonText, true
	case strings.HasPrefix(base, "readme") && path.Ext(base) == "":
		return proseText, true
	}
	return plain, false
}

var (
	shebang     = pattern.New(`^#!\s*(?:\S*/env\s+(?:-\S+\s+)*)?(?:\S*/)?([A-Za-z]+)`)
	yamlOpening = pattern.New(`(?m)\A(?:\s*#.*\n|\s*\n)*(?:---|[\w.-]+:(?:\s|$))`)
)

// sniff guesses the language of a file without a telling name.
func sniff(text []byte) language {
	head := text[:min(len(text), 4000)]
	if m := shebang.FindSubmatch(head); m != nil {
		return ofInterpreter(string(m[1]))
	}
	opening := bytes.TrimSpace(head)
	switch {
	case bytes.HasPrefix(opening, []byte("{{")): // a template: those of charts are the ones that matter
		return yamlText
	case bytes.HasPrefix(opening, []byte("{")):
		return jsonText
	case bytes.HasPrefix(bytes.TrimSpace(head), []byte("<?xml")):
		return xmlText
	case bytes.Contains(head, []byte("pipeline {")) || bytes.Contains(head, []byte("withCredentials(")):
		return groovyText
	case bytes.HasPrefix(head, []byte("FROM ")) || bytes.Contains(head, []byte("\nFROM ")):
		return dockerText
	case yamlOpening.Match(head):
		return yamlText
	}
	return plain
}

func ofInterpreter(name string) language {
	switch name {
	case "python", "pypy":
		return pythonText
	case "node", "deno", "bun", "groovy", "scala", "kotlin":
		return curlyText
	case "ruby", "perl", "elixir":
		return rubyText
	case "pwsh", "powershell":
		return powershellText
	case "osascript":
		return dashesText
	case "make":
		return makeText
	}
	return shellText
}

var logNames = pattern.New(`(?:^|/)(?:changelog|changes|history|news|releases?|release[-_]?notes?|whatsnew|what-s-new)(?:[-_.][^/]*)?$|(?:^|/)(?:changelogs?|changelog\.d|changes\.d|newsfragments|news\.d|\.changeset|\.changes|release[-_]?notes?|releasenotes|releases)/`)

var logFolders = pattern.New(`(?:^|/)(?:changelogs?|changelog\.d|changes\.d|newsfragments|\.changes|release[-_]?notes?)/`)

func isLog(lower string) bool {
	if !logNames.MatchString(lower) {
		return false
	}
	l, known := languages[path.Ext(lower)]
	return !known || l >= markdownText || l == yamlText && logFolders.MatchString(lower)
}

var requirements = pattern.New(`requirement|constraints|^deps|-deps`)

func isRequirements(base string) bool {
	return strings.HasSuffix(base, ".txt") && requirements.MatchString(base)
}

var (
	policyNames = pattern.New(`(?:^|/)(?:[^/]*\.rego|\.?gitleaks[^/]*\.toml|\.?semgrep[^/]*\.ya?ml|\.semgrep/.*|\.?trufflehog[^/]*|\.secretlintrc[^/]*|\.talismanrc|\.ls-lint\.yml)$`)
	eslintNames = pattern.New(`^\.?eslint`)
)

var ciPaths = pattern.New(`(?:^|/)(?:` +
	`\.github/(?:workflows|actions)/.*|action\.ya?ml|[^/]*\.?gitlab-ci[^/]*\.ya?ml|\.gitlab/.*\.ya?ml|\.circleci/.*|bitbucket-pipelines[^/]*\.ya?ml|\.travis[^/]*\.ya?ml|` +
	`[^/]*azure-pipelines?[^/]*\.ya?ml|\.azure(?:-pipelines|-devops)?/.*|\.?drone[^/]*\.ya?ml|\.woodpecker[^/]*(?:/.*)?|[^/]*buildspec[^/]*\.ya?ml|buildspecs?/.*|\.buildkite/.*|` +
	`\.?hyperexecute[^/]*\.ya?ml|cloudbuild[^/]*\.ya?ml|\.?appveyor\.ya?ml|\.semaphore/.*|\.teamcity/.*|\.cirrus\.ya?ml|codefresh[^/]*\.ya?ml|wercker\.ya?ml|\.tekton/.*|` +
	`\.forgejo/workflows/.*|\.gitea/workflows/.*|[^/]*jenkinsfile[^/]*|\.?ci/.*|\.harness/.*|screwdriver\.ya?ml|shippable\.ya?ml|\.scrutinizer\.yml)$`)

func inCIFolder(lower string) bool { return ciPaths.MatchString(lower) }

var (
	composeName  = pattern.New(`(?:^|/)[^/]*compose[^/]*$`)
	servicesKey  = pattern.New(`(?m)^services:\s*(?:#.*)?$`)
	runsOn       = pattern.New(`(?m)^\s+(?:runs-on|uses|using):`)
	jobsKey      = pattern.New(`(?m)^(?:jobs|runs):`)
	gitlabScript = pattern.New(`(?m)^\s{1,4}(?:script|before_script|extends):`)
	azureKeys    = pattern.New(`(?m)^\s*(?:pool|vmImage|- task|- script|- bash):`)
	imageKey     = pattern.New(`(?m)^\s+image:`)
)

func (k *kind) ofYAML(lower, base string, text []byte) {
	k.ci = inCIFolder(lower)
	k.github = strings.Contains(lower, ".github/") || jobsKey.Match(text) && runsOn.Match(text) || strings.HasPrefix(base, "action.y")
	k.azure = strings.Contains(lower, "azure") && k.ci || !k.github && azureKeys.Match(text) && bytes.Contains(text, []byte("vmImage"))
	k.gitlab = !k.github && strings.Contains(lower, "gitlab") || !k.ci && !k.github && gitlabScript.Match(text) && !servicesKey.Match(text)
	k.compose = !k.ci && !k.github && (composeName.MatchString(lower) || servicesKey.Match(text) && imageKey.Match(text))
	k.ci = !k.compose && (k.ci || k.github || k.azure || k.gitlab)
}

package source

import (
	"bytes"
	"strings"
)

// foreign are folders that hold what others wrote or what a tool made, and why.
var foreign = map[string]string{
	"node_modules": "vendored", "bower_components": "vendored", "jspm_packages": "vendored", ".pnpm-store": "vendored", ".yarn": "vendored",
	"vendor": "vendored", "third_party": "vendored", "third-party": "vendored", "Godeps": "vendored",
	"Pods": "vendored", "Carthage": "vendored", ".bundle": "vendored", "elm-stuff": "vendored",
	".venv": "vendored", "venv": "vendored", "site-packages": "vendored", "dist-packages": "vendored", ".eggs": "vendored",
	".tox": "vendored", ".nox": "vendored", ".m2": "vendored", ".gradle": "vendored", ".cargo-vendor": "vendored",
	".terraform": "vendored", ".terragrunt-cache": "vendored",
	"__pycache__": "generated", ".next": "generated", ".nuxt": "generated", ".svelte-kit": "generated", ".angular": "generated",
	".serverless": "generated", "cdk.out": "generated", ".aws-sam": "generated",
	".git": "git's own", ".hg": "another version control's own", ".svn": "another version control's own",
}

// foreignEnds are the same by how their names end.
var foreignEnds = []string{".dist-info", ".egg-info"}

// locks are the files in which package managers write down what they chose.
var locks = map[string]bool{
	"package-lock.json": true, "npm-shrinkwrap.json": true, "yarn.lock": true, "pnpm-lock.yaml": true, "bun.lock": true, "bun.lockb": true, "deno.lock": true,
	"go.sum": true, "go.work.sum": true, "Cargo.lock": true, "Gemfile.lock": true, "gems.locked": true, "composer.lock": true,
	"poetry.lock": true, "Pipfile.lock": true, "uv.lock": true, "pdm.lock": true, "pixi.lock": true, "pylock.toml": true, "conda-lock.yml": true,
	"requirements.lock": true, "requirements-dev.lock": true,
	"gradle.lockfile": true, "buildscript-gradle.lockfile": true, "packages.lock.json": true, "project.assets.json": true, "paket.lock": true,
	"mix.lock": true, "rebar.lock": true, "pubspec.lock": true, "Podfile.lock": true, "Package.resolved": true, "Cartfile.resolved": true,
	"flake.lock": true, "devbox.lock": true, "devenv.lock": true, "mise.lock": true, "MODULE.bazel.lock": true, "stack.yaml.lock": true,
	"cabal.project.freeze": true, "cpanfile.snapshot": true, "renv.lock": true, "shard.lock": true, "Berksfile.lock": true, "Puppetfile.lock": true,
	".terraform.lock.hcl": true, "Chart.lock": true, "helmfile.lock": true, "vcpkg-lock.json": true, "conan.lock": true,
}

// bundleEnds are how the names of files end that a bundler made.
var bundleEnds = []string{".min.js", ".min.mjs", ".min.css", ".bundle.js", ".js.map", ".cjs.map", ".mjs.map", ".css.map"}

// foreignPath reports whether what lies at a path is nobody's to mend: it returns the folder or the file that
// makes it so, and the reason; empty if it is one's own.
func foreignPath(path string) (what, reason string) {
	start := 0
	for {
		i := strings.IndexByte(path[start:], '/')
		if i < 0 {
			break
		}
		if reason := foreignFolder(path[start : start+i]); reason != "" {
			return path[:start+i+1], reason
		}
		start += i + 1
	}
	name := path[start:]
	if locks[name] {
		return path, "a lock file"
	}
	if isBundle(path, name) {
		return path, "generated"
	}
	return "", ""
}

// isBundle reports whether a bundler made a file, by its name, or by the folder that bundlers write to.
func isBundle(path, name string) bool {
	for _, end := range bundleEnds {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	script := strings.HasSuffix(name, ".js") || strings.HasSuffix(name, ".cjs") || strings.HasSuffix(name, ".mjs")
	return script && (strings.HasPrefix(path, "dist/") || strings.Contains(path, "/dist/"))
}

func foreignFolder(name string) string {
	if reason, ok := foreign[name]; ok {
		return reason
	}
	for _, end := range foreignEnds {
		if strings.HasSuffix(name, end) {
			return "vendored"
		}
	}
	return ""
}

// generatedHead is how far into a file a tool says that it made it: behind a licence, at most.
const generatedHead = 2 << 10

// isGenerated reports whether a file says in its head that a tool made it.
func isGenerated(text []byte) bool {
	for line := range bytes.Lines(text[:min(len(text), generatedHead)]) {
		line = bytes.TrimSpace(line)
		if !opensComment(line) {
			continue
		}
		if holdsWord(line, "@generated") {
			return true
		}
		if _, behind, ok := bytes.Cut(line, []byte("Code generated ")); ok && bytes.Contains(behind, []byte("DO NOT EDIT")) {
			return true
		}
	}
	return false
}

func opensComment(line []byte) bool {
	for _, begin := range []string{"//", "#", "/*", "*", "--", ";", "<!--", "%", "'", `"""`} {
		if bytes.HasPrefix(line, []byte(begin)) {
			return true
		}
	}
	return false
}

func holdsWord(line []byte, word string) bool {
	i := bytes.Index(line, []byte(word))
	end := i + len(word)
	return i >= 0 && (end == len(line) || !isWordByte(line[end]))
}

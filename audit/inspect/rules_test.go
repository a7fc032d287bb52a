package inspect

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
)

// token is a token that is made up anew in each run.
func token(t *testing.T, prefix string) string {
	t.Helper()
	s, err := models.NewToken(rand.NewChaCha8([32]byte{7}), prefix)
	if err != nil {
		t.Fatal(err)
	}
	return s.Reveal()
}

func TestOnlyWholeTokensWithTheirChecksumCount(t *testing.T) {
	good, ci := token(t, "ls"), token(t, "lsci")
	last := "0"
	if strings.HasSuffix(good, "0") {
		last = "1"
	}
	for text, want := range map[string]int{
		good: 1, "'" + ci + "'": 1, "token=" + good + "\n# " + ci: 2, "https://u:" + good + "@host": 1,
		"${X:-" + good + "}": 1, "${X-" + ci + "}": 1, `"a\n` + good + `"`: 1, `\t` + ci: 1, `\u003d` + good: 1, "?t%3D" + good: 1, "%20" + ci: 1,
		"3D" + good: 0, "n" + good: 0, "20" + good: 0,
		good[:len(good)-1] + last: 0, "too" + good: 0, good + "a": 0, good + "_": 0, good[:38]: 0,
		strings.ToUpper(good): 0, "ls-00000000-0000-0000-0000-000000000000": 0, "ls-platform-integration-tests": 0, "-": 0, "": 0,
	} {
		if got := len(tokens([]byte(text))); got != want {
			t.Errorf("%d tokens in a text of %d characters, not %d", got, len(text), want)
		}
		if Worth([]byte(text)) != (want > 0) && !strings.Contains(text, "ls-0000") && want > 0 {
			t.Error("a text with a token is not worth a look")
		}
	}
}

// Whatever stands around it, a token is found where it is, and a file that has one is worth a look.
func TestATokenIsFoundInAnySurroundings(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		value := token(t, rapid.SampledFrom([]string{"ls", "lsci", "lsdemo"}).Draw(r, "prefix"))
		before := rapid.SampledFrom([]string{"", "\n", " ", "=", "\"", "é", "-e A=", "\x00", "//", "ls-", "l s ", "${X:-", "${X-", `\n`, "%3D"}).Draw(r, "before")
		after := rapid.SampledFrom([]string{"", "\n", " ", "\"", "é", "-", ".", "\x00", "@"}).Draw(r, "after")
		noise := rapid.StringN(0, 40, 80).Draw(r, "noise")
		text := noise + "\n" + before + value + after + "\n" + noise
		if !Worth([]byte(text)) {
			r.Fatal("not worth a look")
		}
		for _, at := range tokens([]byte(text)) {
			if text[at[0]:at[1]] == value {
				return
			}
		}
		r.Fatal("not found")
	})
}

func TestWhatNamesLocalStackIsWorthALook(t *testing.T) {
	for text, want := range map[string]bool{
		"LOCALSTACK_API_KEY": true, "localstack": true, "LocalStack": true, "lOcAlStAcK": true, "xlocalstack": true, "k localstack": true,
		"local-stack": false, "localstac": false, "ocalstack": false, "lock the stack": false, "": false, "K": false,
	} {
		if Worth([]byte(text)) != want {
			t.Errorf("%q: worth a look: %v", text, !want)
		}
	}
}

func TestAKeyIsNoWord(t *testing.T) {
	for value, want := range map[string]bool{
		"7kQ2mZx9Rb": true, "4f9c2b7e": true, "Xr7Lq2Bn9Kd4": true, "kQxZwPvRtY": true, "8273645190": true,
		"1234567890": false, "abcdefghij": false, "your-key": false, "changeme12": false, "testkey123": false, "xxxxxxxxxx": false, "1111111111": false,
		"enterprise": false, "localstack": false, "myApiKey12": false, "short7": false, "muchTooLong42x": false, "with space": false, "deadbeef": false,
		"exampleKey": false, "DUMMY12345": false, "production": false, "aaaabbbb11": false, "${KEY}abc1": false, "": false,
	} {
		if isLegacyKey(value) != want {
			t.Errorf("%q is taken for a key: %v", value, !want)
		}
	}
}

func TestOnlySlipsOfThePenAreMisspellings(t *testing.T) {
	for id, want := range map[string]bool{
		"LOCALSTACK_OAUTH_TOKEN": true, "LOCALSTACK_AUTHTOKEN": true, "LOCALSTACK_ATUH_TOKEN": true, "LOCALSTACK_AUTH_TOKN": true, "LOCAL_STACK_AUTH_TOKEN": true, "LOCALSTCK_AUTH_TOKEN": true,
		"LOCALSTACK_AUTH_TOKEN": false, "LOCALSTACK_API_KEY": false, "MY_LOCALSTACK_AUTH_TOKEN": false, "LOCALSTACK_AUTH_TOKEN_2": false, "LOCALSTACK_AUTH_TOKENS": false,
		"LOCALSTACK_API_TOKEN": false, "LOCALSTACK_TOKEN": false, "localstack_oauth_token": false, "LOCALSTACK_HOST": false,
	} {
		if misspells(id) != want {
			t.Errorf("%s is taken for a misspelling: %v", id, !want)
		}
	}
}

func TestTagsThatDoNotKnowTheNewVariable(t *testing.T) {
	for tag, want := range map[string]bool{
		"1.4": true, "0.14.3": true, "2.1.0": true, "2.0.2-bigdata": true, "2.0.2-arm64": true, "1": true, "v1.4.0": true, "0.12.17.5": true, "2.1": true, "2.0": true,
		"2.2": false, "2.2.0": false, "2.3.2": false, "2": false, "3": false, "4.1.0": false, "2026.04.0": false, "latest": false, "stable": false, "1a2b3c": false, "": false,
	} {
		if oldTag(tag) != want {
			t.Errorf("tag %s is old: %v", tag, !want)
		}
	}
}

func TestRequirementsThatAllowNoVersionThatKnows(t *testing.T) {
	for spec, want := range map[string]bool{
		"==1.3.1": true, "~=1.4": true, "~=2.1.0": true, "<2": true, "<2.2": true, "<=2.1": true, ">=1.0,<2": true, "^1.4": true, "^0.14": true, "~1.4": true, "==1.*": true, "==2": true, "===1.0": true, "=1.4": true, "=2": false,
		"==2.2.0": false, "==3.0": false, "~=2.1": false, "<3": false, "<=2.2": false, ">=1.0": false, "^2.0": false, "~2.2": false, "==2.*": false, ">=1,<3": false, "!=1.0": false, "": false, "<2.2.1": false,
	} {
		if oldRequirement(spec) != want {
			t.Errorf("requirement %q is old: %v", spec, !want)
		}
	}
}

func TestAFileIsWhatItsPathSays(t *testing.T) {
	for name, want := range map[string]kind{
		".github/workflows/a.yml": {language: yamlText, ci: true, github: true}, "deep/.gitlab-ci.yml": {language: yamlText, ci: true, gitlab: true},
		"compose.override.yaml": {language: yamlText, compose: true}, "Jenkinsfile.release": {language: groovyText, ci: true}, ".env.ci.example": {language: dotenvText},
		"Dockerfile.dev": {language: dockerText}, "README": {language: proseText, docs: true}, "docs/guide.md": {language: markdownText, docs: true}, "man/a.1": {language: roffText, docs: true},
		"CHANGELOG.md": {language: markdownText, docs: true, log: true}, "changelog.d/12.fix.rst": {language: rstText, docs: true, log: true}, "scripts/changelog.sh": {language: shellText},
		"requirements-dev.txt": {language: plain}, "CMakeLists.txt": {language: plain}, "src/Main.kt": {language: curlyText, nested: true}, "policy/deny.rego": {language: plain, policy: true},
		"env.cmd": {language: batchText}, "values.yaml.gotmpl": {language: yamlText}, "a.patch": {language: plain, patch: true}, ".github/ISSUE_TEMPLATE/bug.yml": {language: yamlText, docs: true, ci: true, github: true},
	} {
		if got := kindOf(name, []byte("x: localstack\n")); got != want {
			t.Errorf("%s is taken for %+v", name, got)
		}
	}
}

func TestAScriptWithoutAnEndingIsKnownByItsFirstLine(t *testing.T) {
	for text, want := range map[string]language{
		"#!/bin/sh\n": shellText, "#!/usr/bin/env -S python3 -u\n": pythonText, "#!/usr/bin/env node\n": curlyText, "#!/usr/bin/osascript\n": dashesText,
		"pipeline {\n": groovyText, "FROM a\n": dockerText, "{\"a\": 1}": jsonText, "{{- define \"x\" -}}\n- a: b\n": yamlText, "a: b\n": yamlText, "words and words": plain,
	} {
		if got := kindOf("bin/tool", []byte(text)).language; got != want {
			t.Errorf("%q is taken for language %d, not %d", text, got, want)
		}
	}
}

// No value of a file is shown by what is said of it, in whatever form it is written there.
func TestExcerptsShowNoValue(t *testing.T) {
	value := token(t, "ls")
	key := "7kQ2mZx9Rb"
	encoded := base64.StdEncoding.EncodeToString([]byte(value))
	for name, text := range map[string]string{
		"a.sh":            fmt.Sprintf("export LOCALSTACK_API_KEY=%s OTHER=%s\n", key, value),
		"compose.yml":     fmt.Sprintf("services:\n  a:\n    environment: {LOCALSTACK_API_KEY: \"%s\", LOCALSTACK_AUTH_TOKEN: %s}\n", key, value),
		"k8s/secret.yaml": fmt.Sprintf("kind: Secret\ndata:\n  LOCALSTACK_AUTH_TOKEN: %s\n", encoded),
		"README.md":       fmt.Sprintf("Run `LOCALSTACK_API_KEY=%s localstack start`, or with %s.\n", key, value),
	} {
		list := Look(name, []byte(text)).Findings
		if len(list) == 0 {
			t.Errorf("%s: nothing is found", name)
		}
		for _, f := range list {
			if said := fmt.Sprintf("%+v", f); strings.Contains(said, value) || strings.Contains(said, key) || strings.Contains(said, encoded) {
				t.Errorf("%s: %s shows a value", name, f.Code)
			}
		}
	}
}

// The comments of a template may go over several lines, and are none of the YAML around them.
func TestATemplateWithACommentOfSeveralLinesIsRead(t *testing.T) {
	const text = "{{/*\nThe name. LOCALSTACK_API_KEY stands here.\n*/}}\nenv:\n  - name: LOCALSTACK_API_KEY\n    value: {{ .Values.key }}\n"
	for _, name := range []string{"templates/_env.tpl", "templates/env.yaml"} {
		r := Look(name, []byte(text))
		if len(r.Findings) != 1 || r.Findings[0].Line != 5 || r.Remark != "" {
			t.Errorf("%s: %d findings, %q", name, len(r.Findings), r.Remark)
		}
	}
}

// Whoever shows a fix shows lines around it: every fix knows what must not be seen in them.
func TestAFixKnowsTheValuesOfItsFile(t *testing.T) {
	value := token(t, "ls")
	list := Look("run.sh", []byte("# "+value+"\nexport LOCALSTACK_API_KEY=$KEY\n")).Findings
	for _, f := range list {
		if len(f.Fix.Beside) != 1 || f.Fix.Beside[0].Reveal() != value {
			t.Errorf("%s: %d values beside it", f.Code, len(f.Fix.Beside))
		}
	}
	if len(list) != 2 {
		t.Errorf("%d findings", len(list))
	}
}

func TestWhatSpansFiles(t *testing.T) {
	look := func(name, text string) []finding.Finding { return Look(name, []byte(text)).Findings }
	list := append(look("a/.env", "LOCALSTACK_API_KEY=$KEY\n"), look("b/.env", "LOCALSTACK_API_KEY=$KEY\n")...)
	list = append(list, look("a/compose.yml", "services:\n  l:\n    image: localstack/localstack-pro:1.4\n    env_file: .env\n")...)
	list = append(list, look("core/x.py", "os.getenv('LOCALSTACK_API_KEY')\n")...)
	list = append(list, look("shop/run.sh", "localstack login\nexport LOCALSTACK_API_KEY=x\n")...)
	var got []string
	for _, f := range Settle(list, []Folder{{Path: "core", Own: true}, {Path: "shop", Other: true}}) {
		got = append(got, fmt.Sprintf("%s %s %s %s", f.Path, f.Code, f.Severity, f.Fix.Kind))
	}
	want := "a/.env legacy-env-var warning withheld|b/.env legacy-env-var warning rename|a/compose.yml outdated-image error manual|shop/run.sh legacy-env-var warning rename"
	if strings.Join(got, "|") != want {
		t.Errorf("%s\nnot %s", strings.Join(got, "|"), want)
	}
}

func BenchmarkLook(b *testing.B) {
	text := []byte(strings.Repeat("services:\n  x:\n    image: localstack/localstack-pro:4\n    environment:\n      - LOCALSTACK_API_KEY=${LOCALSTACK_API_KEY:-}\n", 1) + strings.Repeat("# nothing here\n", 200))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Look("compose.yml", text)
	}
}

func BenchmarkWorth(b *testing.B) {
	text := []byte(strings.Repeat("a line of text like any other, with a key and a dash - or two\n", 4000))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if Worth(text) {
			b.Fatal("worth a look")
		}
	}
}

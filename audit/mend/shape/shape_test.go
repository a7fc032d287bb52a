package shape

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/keyturn/audit/finding"
)

const (
	legacy = "LOCALSTACK_API_KEY"
	modern = "LOCALSTACK_AUTH_TOKEN"
)

// edit replaces every occurrence of a text.
func edit(text, old, made string) []finding.Edit {
	var edits []finding.Edit
	for at := 0; ; {
		i := strings.Index(text[at:], old)
		if i < 0 {
			return edits
		}
		edits = append(edits, finding.Edit{Start: at + i, End: at + i + len(old), Text: made})
		at += i + len(old)
	}
}

func applied(text string, edits []finding.Edit) string {
	slices.SortFunc(edits, func(a, b finding.Edit) int { return cmp.Compare(a.Start, b.Start) })
	for _, e := range slices.Backward(edits) {
		text = text[:e.Start] + e.Text + text[e.End:]
	}
	return text
}

// samples holds one file of every format, with the legacy variable wherever the format can have it, and a line
// that can go as a whole.
var samples = map[string]string{
	"a.yml": `# LOCALSTACK_API_KEY is old
on: [push]
env: &all
  LOCALSTACK_API_KEY: ${{ secrets.LOCALSTACK_API_KEY }} # why
  "quoted LOCALSTACK_API_KEY": 'x'
  EMPTY:
  GOES: "LOCALSTACK_API_KEY"
jobs:
  test:
    env: {<<: *all, LOCALSTACK_API_KEY: "a\tb", List: [LOCALSTACK_API_KEY=1, 2]}
    steps:
    - GOES
    - run: |
        export LOCALSTACK_API_KEY=é
        GOES
        test -n "$LOCALSTACK_API_KEY"
    - name: >-
        folded LOCALSTACK_API_KEY
        text
---
LOCALSTACK_API_KEY: 2
...
`,
	"docker-compose.yaml": `services:
  a:
    environment:
      - LOCALSTACK_API_KEY=${LOCALSTACK_API_KEY-}
      - GOES
      - LOCALSTACK_API_KEY
    ports: ["4566:4566"]
`,
	"a.json": `{
  "env": {"LOCALSTACK_API_KEY": "${localEnv:LOCALSTACK_API_KEY}", "n": [1, -2.5e3, true, null, {}]},
  "GOES": 1,
  "z": "é\u00e9\""
}
`,
	"devcontainer.json": `// what for
{
  /* LOCALSTACK_API_KEY */
  "containerEnv": {
    "LOCALSTACK_API_KEY": "${localEnv:LOCALSTACK_API_KEY}", // here
    "GOES": "",
  },
}
`,
	"config.toml": `# c
title = "LOCALSTACK_API_KEY"
[env.a]
LOCALSTACK_API_KEY = '''
x LOCALSTACK_API_KEY'''
GOES = 1
list = [ "LOCALSTACK_API_KEY", 2, { LOCALSTACK_API_KEY = 1979-05-27 } ] # c
[[env.b]]
LOCALSTACK_API_KEY = true
`,
	"a.go": `package a

import "os"

// LOCALSTACK_API_KEY
var env = map[string]string{
	"LOCALSTACK_API_KEY": os.Getenv("LOCALSTACK_API_KEY"),
	"GOES": "",
}

func f() bool { return os.Getenv(` + "`LOCALSTACK_API_KEY`" + `) != "" }
`,
	"a.sh": `#!/bin/sh
set -eu
export LOCALSTACK_API_KEY="${LOCALSTACK_API_KEY:-}"
GOES=1
if [ -z "${LOCALSTACK_API_KEY:0:10}" ]; then LOCALSTACK_API_KEY=x localstack start; fi
cat <<EOF >.env
LOCALSTACK_API_KEY=$LOCALSTACK_API_KEY
GOES
EOF
docker run -e LOCALSTACK_API_KEY=$(cat 'LOCALSTACK_API_KEY') \
  -e LOCALSTACK_API_KEY x
`,
	".env.example": `# c
export LOCALSTACK_API_KEY="a
LOCALSTACK_API_KEY"
GOES=1
PASSED
OTHER=$LOCALSTACK_API_KEY # c
`,
	"Dockerfile": `# syntax=docker/dockerfile:1
FROM localstack/localstack-pro:3 AS a
ARG LOCALSTACK_API_KEY
ENV A=1 \
    # in between
    LOCALSTACK_API_KEY=$LOCALSTACK_API_KEY \
    GOES=1 \
    B=2

RUN <<EOF
echo $LOCALSTACK_API_KEY
EOF
CMD ["x", "LOCALSTACK_API_KEY"]
`,
	"pom.xml": `<?xml version="1.0" encoding="ISO-8859-1"?>
<!-- LOCALSTACK_API_KEY -->
<project a="LOCALSTACK_API_KEY">
  <LOCALSTACK_API_KEY>${env.LOCALSTACK_API_KEY}</LOCALSTACK_API_KEY>
  <x>GOES</x>
  text &amp; LOCALSTACK_API_KEY
</project>
`,
	"main.tf": `# LOCALSTACK_API_KEY
resource "docker_container" "a" {
  env = ["LOCALSTACK_API_KEY=${var.x["LOCALSTACK_API_KEY"]}", "B=}"]
  GOES = 1
  LOCALSTACK_API_KEY = <<-EOT
    it's ${LOCALSTACK_API_KEY}
  EOT
}
`,
	"A.java": `class A { /* LOCALSTACK_API_KEY " */
  void a() {
    c.withEnv("LOCALSTACK_API_KEY", System.getenv("LOCALSTACK_API_KEY"));
    GOES();
    var s = """
      it's LOCALSTACK_API_KEY""";
  }
}
`,
	"a.py":  "x = {\n  'LOCALSTACK_API_KEY': os.environ.get(\"LOCALSTACK_API_KEY\"),\n  'GOES': 1,\n  'c': '''a\n'b''',\n}\n",
	"a.ps1": "<# ' #>\n$env:LOCALSTACK_API_KEY = \"a`\"$($x[\"LOCALSTACK_API_KEY\"])\"\n$GOES = 'x'\nf `\n  $env:LOCALSTACK_API_KEY\n",
	"a.nix": "{ # c\n  LOCALSTACK_API_KEY = ''\n    it ${x.\"LOCALSTACK_API_KEY\"} '';\n  GOES = 1;\n}\n",
}

func TestARenameKeepsTheShape(t *testing.T) {
	for name, text := range samples {
		for _, ends := range []string{"\n", "\r\n"} {
			for _, mark := range []string{"", "\xef\xbb\xbf"} {
				text := mark + strings.ReplaceAll(text, "\n", ends)
				if mark != "" && (strings.HasPrefix(text[3:], "#!") || strings.HasPrefix(text[3:], "<?xml")) {
					continue // a mark there is an error of its own
				}
				edits := edit(text, legacy, modern)
				if err := Check(name, []byte(text), []byte(applied(text, edits)), edits); err != nil {
					t.Errorf("%s with %q and %q: %v", name, ends, mark, err)
				}
			}
		}
	}
}

// The test above would be content if nothing was read.
func TestEverySampleIsRead(t *testing.T) {
	for name, text := range samples {
		f := of(name, []byte(text))
		if f.read == nil {
			t.Errorf("%s has no reader", name)
			continue
		}
		if _, err := f.read([]byte(text)); err != nil {
			t.Errorf("%s is not read: %v", name, err)
		}
	}
}

func TestALineThatGoesKeepsTheShape(t *testing.T) {
	for name, text := range samples {
		var edits []finding.Edit
		at := 0
		for line := range strings.Lines(text) {
			if strings.Contains(line, "GOES") {
				edits = append(edits, finding.Edit{Start: at, End: at + len(line)})
			}
			at += len(line)
		}
		if len(edits) == 0 {
			t.Errorf("nothing goes in %s", name)
		}
		if err := Check(name, []byte(text), []byte(applied(text, edits)), edits); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The first entry of a block is where the block starts.
func TestTheFirstEntryMayGo(t *testing.T) {
	for name, text := range map[string]string{
		"a.yml": "GOES: 1\nb: 2\n", "b.yml": "a:\n  GOES: 1\n  b: 2\n", "c.yml": "a:\n  - GOES\n  - b\n", "d.yml": "- GOES: 1\n  b: 2\n- c\n",
		"a.env": "GOES=1\nb=2\n", "a.sh": "GOES=1\nb=2\n", "a.toml": "GOES=1\nb=2\n",
	} {
		edits := edit(text, "GOES", "")
		edits[0].Start = strings.LastIndex(text[:edits[0].Start], "\n") + 1
		if strings.HasPrefix(text, "- ") {
			edits[0].Start = 2
			edits[0].End = len("- GOES: 1\n  ")
		} else {
			edits[0].End += strings.Index(text[edits[0].End:], "\n") + 1
		}
		if err := Check(name, []byte(text), []byte(applied(text, edits)), edits); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatWouldBreakIsRefused(t *testing.T) {
	const twice, more, broken = "a name would stand twice", "more than the names concerned", "no longer be valid"
	for _, c := range []struct{ name, text, old, made, says string }{
		{"a.yml", "env:\n  OLD: 1\n  NEW: 2\n", "OLD", "NEW", twice},
		{"a.yml", "env: {OLD: 1, NEW: 2}\n", "OLD", "NEW", twice},
		{"a.yml", "a:\n  OLD: 1\nb: 2\n", "  OLD: 1\n", "", more},                     // the block is empty now
		{"a.yml", "a: 1\nOLD:\n  b: 2\n", "OLD:\n", "", broken},                       // its block is nobody's
		{"a.yml", "a:\n  x: 1\nOLD:\n  b: 2\n", "OLD:\n", "", more},                   // its block is another one's
		{"a.yml", "a: OLD b\n", "OLD", "NEW #", more},                                 // the rest is a comment
		{"a.yml", "a: OLD\n", "OLD", "true", more},                                    // it was a word
		{"a.yml", "a: 'OLD'\n", "OLD'", "NEW", broken},                                //
		{"a.yml", "a: 'x'\nOLD: y\n", "OLD: y", "NEW: y\nb: 3", more},                 // one more
		{"a.yml", "run: |\n  OLD\n  b\nc: d\n", "  OLD", "OLD", broken},               // the block ends
		{"a.yml", "- OLD\n- b\n", "OLD\n- ", "NEW", more},                             //
		{"a.yml", "a: &OLD 1\nb: *OLD\n", "&OLD", "&NEW", broken},                     //
		{"a.json", `{"OLD": 1, "NEW": 2}`, "OLD", "NEW", twice},                       //
		{"a.json", `{"a": 1, "OLD": 2}`, `"OLD": 2`, "", more},                        // strict JSON knows no comma there
		{"a.json", `{"OLD": 1}`, "OLD", `N"EW`, broken},                               //
		{"a.json", "// c\n{\"OLD\": 1}", `"OLD": `, "", broken},                       //
		{"a.json", `{"a": [1, 2], "OLD": 3}`, `], "OLD": `, ", ", broken},             //
		{"a.toml", "OLD = 1\nNEW = 2\n", "OLD", "NEW", broken},                        //
		{"a.toml", "[a]\nb = 1\n[OLD]\nc = 2\n", "[OLD]\n", "", more},                 //
		{"a.toml", "a = 'OLD'\n", "OLD", "N'W", broken},                               //
		{"a.go", "package a\n\nvar OLD = 1\n", "OLD", "NEW = ", broken},               //
		{"a.go", "package a\n\nvar a = b(OLD)\n", "(OLD)", "", more},                  //
		{"a.sh", "if a; then\n  OLD\nfi\n", "  OLD\n", "", broken},                    //
		{"a.sh", "a \\\n  OLD\nb\n", "  OLD\n", "", more},                             // the next line belongs to it now
		{"a.sh", "echo \"$OLD\"\n", "OLD", "NEW\"", broken},                           //
		{"tool", "#!/usr/bin/env bash\necho \"$OLD\"\n", "OLD", "NEW\"", broken},      // by its first line
		{".env", "OLD=1\nNEW=2\n", "OLD", "NEW", twice},                               //
		{".env", "OLD=1\nA=2\n", "OLD=1", "NEW='1", broken},                           //
		{"Dockerfile", "FROM a\nENV A=1 \\\n  OLD=2\nRUN b\n", "  OLD=2\n", "", more}, // RUN belongs to ENV now
		{"Dockerfile", "FROM a\nRUN b\nENV A=1 \\\n  OLD=2\n", "  OLD=2\n", "", broken},
		{"x.dockerfile", "FROM a\nENV OLD=2\n", "ENV OLD", "NEW", broken},
		{"a.xml", "<a><OLD>1</OLD></a>", "<OLD>", "<NEW>", broken},
		{"a.csproj", "<a><b/><OLD/></a>", "<b/><OLD/>", "<b><OLD/></b>", more},
		{"a.tf", "a { b = \"OLD\" }", "OLD", "N${E", broken},
		{"A.kt", "f(\"OLD\")", "\"OLD\"", "\"NEW", broken},
		{"A.kt", "f(\"OLD\"); g()", "OLD\"); g", "NEW\"); h; g", more},
		{"a.js", "f(`\n'OLD`)", "OLD", "`", broken},
		{"a.py", "f('''OLD''', [1])", "'''OLD''', [", "'''NEW''', (", broken},
	} {
		edits := edit(c.text, c.old, c.made)
		if len(edits) == 0 {
			t.Fatalf("%q is not in %q", c.old, c.text)
		}
		err := Check(c.name, []byte(c.text), []byte(applied(c.text, edits)), edits)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %q for %q in %q gives %v, want %q", c.name, c.made, c.old, c.text, err, c.says)
		}
	}
}

// A change that the edits do not tell of is one too many.
func TestOtherChangesAreSeen(t *testing.T) {
	for name, text := range samples {
		edits := edit(text, legacy, modern)
		made := applied(text, edits)
		for _, other := range []string{"1", "x", "2"} {
			if !strings.Contains(made, other) {
				continue
			}
			changed := strings.ReplaceAll(made, other, other+"9")
			if err := Check(name, []byte(text), []byte(changed), edits); err == nil {
				t.Errorf("%s: %q became %q, and nobody minds", name, other, other+"9")
			}
		}
	}
}

func TestWhatWasBrokenIsNotHeldToAnything(t *testing.T) {
	for name, text := range map[string]string{
		"a.yml": "a: {{ .Values.OLD }}: b", "a.json": `{"OLD": `, "a.toml": "OLD", "a.go": "OLD", "a.sh": "if OLD", ".env": "OLD it is", "a.xml": "<OLD>",
		"Dockerfile": "OLD x", "a.tf": "OLD (", "a.txt": "OLD", "README.md": "don't OLD",
		"deep.json": strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "OLD",
		"deep.sh":   "x=OLD " + strings.Repeat("$(", 5000) + strings.Repeat(")", 5000),
		"long.sh":   "OLD\n" + strings.Repeat("if ", mostShell),
	} {
		edits := edit(text, "OLD", "NEW")
		if err := Check(name, []byte(text), []byte(applied(text, edits)), edits); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is said of a file never holds anything of it.
func TestReasonsHoldNoValues(t *testing.T) {
	const value = "Zw9KfQ2x8T"
	for name, text := range map[string]string{
		"a.yml": "OLD: 1\nNEW: " + value + "\n", "a.json": `{"OLD":"` + value + `","NEW":1}`, "a.toml": "OLD='" + value + "'\nNEW=1\n",
		".env": "OLD=" + value + "\nNEW=" + value + "\n", "a.sh": "if " + value + "; then OLD; fi\n",
	} {
		for _, made := range []string{"NEW", `"`, "", "(", "'"} {
			edits := edit(text, "OLD", made)
			if err := Check(name, []byte(text), []byte(applied(text, edits)), edits); err != nil && strings.Contains(err.Error(), value) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestTheFormatOfAName(t *testing.T) {
	for name, want := range map[string]string{
		".github/workflows/ci.YML": "YAML", "x/Dockerfile": "Dockerfile", "Dockerfile.dev": "Dockerfile", "dev.Dockerfile": "Dockerfile",
		"Containerfile": "Dockerfile", ".env": "dotenv", ".env.local": "dotenv", "ci.env": "dotenv", ".envrc": "shell", "Jenkinsfile": "source code",
		"a.jenkinsfile": "source code", "terraform.tfvars": "HCL", "pom.xml": "XML", "x.unknown": "", "LICENSE": "", "env/notes.md": "",
	} {
		if got := of(name, nil).name; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestManyNodesInOneLine(t *testing.T) {
	var b strings.Builder
	b.WriteString("a: [OLD")
	for i := range 200_000 {
		fmt.Fprintf(&b, ", é%d", i)
	}
	b.WriteString("]\n")
	text := b.String()
	edits := edit(text, "OLD", "NEW")
	if err := Check("a.yml", []byte(text), []byte(applied(text, edits)), edits); err != nil {
		t.Error(err)
	}
}

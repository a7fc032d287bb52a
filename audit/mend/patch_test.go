package mend

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/audit/blot"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
)

// run runs git in a folder, with no settings but its own.
func run(t *testing.T, folder string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_CEILING_DIRECTORIES="+filepath.Dir(folder))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func place(t *testing.T, folder, name, text string) {
	t.Helper()
	full := filepath.Join(folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func textOf(t *testing.T, folder, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// numbered is many lines, some of which name the legacy variable.
func numbered(count int, legacyIn ...int) string {
	var b strings.Builder
	for i := range count {
		fmt.Fprintf(&b, "line %d", i+1)
		if slices.Contains(legacyIn, i+1) {
			b.WriteString(" " + legacy)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// git itself applies what we write, in a repository and outside of one, and below the top of one.
func TestGitAppliesPatches(t *testing.T) {
	disk := files{
		"plain.txt":                numbered(40, 1, 9, 16, 40),
		"one.txt":                  legacy,
		"last.txt":                 "a\n" + legacy,
		"crlf.txt":                 strings.ReplaceAll(numbered(12, 6), "\n", "\r\n"),
		"mixed.txt":                "a\r\n" + legacy + "\nb\r\n" + legacy + "\r\nc",
		"marked.txt":               "\xef\xbb\xbf" + legacy + "\n",
		"odd.txt":                  "a\xff\n" + legacy + " \x00\n\x1b[31m\n",
		"two words/a b.txt":        numbered(3, 2),
		"ends in blank .txt ":      numbered(3, 2),
		"q\"uote'.txt":             numbered(3, 2),
		"back\\slash.txt":          numbered(3, 2),
		"tab\tname.txt":            numbered(3, 2),
		"line\nend.txt":            numbered(3, 2),
		"é and " + "\xff" + ".txt": numbered(3, 2),
		"umläut/日本.txt":            numbered(3, 2),
		"-dash.txt":                numbered(3, 2),
		"a/b/c.txt":                numbered(3, 2),
	}
	changes, refused, err := Plan(disk.scan(), disk.read, Options{})
	if err != nil || len(refused) > 0 || len(changes) != len(disk) {
		t.Fatal(len(changes), refused, err)
	}
	patches, refused := Patches(changes)
	if len(patches) != 1 || len(refused) > 0 {
		t.Fatal(len(patches), refused)
	}
	for name, where := range map[string]string{"a repository": "", "below its top": "deep/er"} {
		t.Run(name, func(t *testing.T) {
			top := t.TempDir()
			run(t, top, "init", "-q")
			folder := filepath.Join(top, where)
			for name, text := range disk {
				place(t, folder, name, text)
			}
			patch := filepath.Join(t.TempDir(), "p.patch")
			if err := os.WriteFile(patch, patches[0].Text, 0o600); err != nil {
				t.Fatal(err)
			}
			run(t, folder, "apply", "--check", "--whitespace=error-all", patch)
			run(t, folder, "apply", patch)
			for name, text := range disk {
				if got, want := textOf(t, folder, name), strings.ReplaceAll(text, legacy, modern); got != want {
					t.Errorf("%q is %q, want %q", name, got, want)
				}
			}
			run(t, folder, "apply", "--reverse", "--check", patch)
		})
	}
}

// Lines that come and go, and hunks that are near to each other, for git and for our own eyes.
func TestHunks(t *testing.T) {
	type edits = []finding.Edit
	text := numbered(12)
	at := func(line int) int { return strings.Index(text, fmt.Sprintf("line %d\n", line)) }
	for name, c := range map[string]struct {
		text  string
		edits edits
		heads string
	}{
		"a line goes":             {text, edits{put(at(5), at(6), "")}, "@@ -2,7 +2,6 @@"},
		"the first goes":          {text, edits{put(0, at(2), "")}, "@@ -1,4 +1,3 @@"},
		"the last goes":           {text, edits{put(at(12), len(text), "")}, "@@ -9,4 +9,3 @@"},
		"all go":                  {"a\nb\n", edits{put(0, 4, "")}, "@@ -1,2 +0,0 @@"},
		"one comes":               {text, edits{put(at(5), at(5), "x\n")}, "@@ -2,6 +2,7 @@"},
		"one comes before all":    {text, edits{put(0, 0, "x\n")}, "@@ -1,3 +1,4 @@"},
		"one comes behind all":    {text, edits{put(len(text), len(text), "x\n")}, "@@ -10,3 +10,4 @@"},
		"into nothing":            {"", edits{put(0, 0, "x\n")}, "@@ -0,0 +1 @@"},
		"a line end comes":        {"a", edits{put(1, 1, "\n")}, "@@ -1 +1 @@"},
		"the last line end goes":  {"a\n", edits{put(1, 2, "")}, "@@ -1 +1 @@"},
		"two lines become one":    {text, edits{put(at(5)-1, at(5), " ")}, "@@ -1,8 +1,7 @@"},
		"one becomes two":         {text, edits{put(at(5)+4, at(5)+5, "\n")}, "@@ -2,7 +2,8 @@"},
		"two in one line":         {text, edits{put(at(5), at(5)+1, "L"), put(at(5)+2, at(5)+3, "N")}, "@@ -2,7 +2,7 @@"},
		"near to each other":      {text, edits{put(at(2), at(2)+1, "L"), put(at(8), at(8)+1, "L")}, "@@ -1,11 +1,11 @@"},
		"as near as may be":       {text, edits{put(at(1), at(1)+1, "L"), put(at(8), at(8)+1, "L")}, "@@ -1,11 +1,11 @@"},
		"far from each other":     {text, edits{put(at(1), at(2), ""), put(at(9), at(9)+1, "L")}, "@@ -1,4 +1,3 @@ @@ -6,7 +5,7 @@"},
		"over several lines":      {text, edits{put(at(4)+2, at(6)+2, "x")}, "@@ -1,9 +1,7 @@"},
		"a line and the next one": {text, edits{put(at(4), at(5), ""), put(at(5), at(5)+1, "L")}, "@@ -1,8 +1,7 @@"},
	} {
		t.Run(name, func(t *testing.T) {
			change, err := planned("a.txt", c.text, []finding.Finding{renaming("a.txt", []byte(c.text), c.edits...)}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			patches, refused := Patches([]Change{change})
			if len(refused) > 0 {
				t.Fatal(refused)
			}
			var heads []string
			for line := range strings.Lines(string(patches[0].Text)) {
				if strings.HasPrefix(line, "@@") {
					heads = append(heads, strings.TrimSpace(line))
				}
			}
			if got := strings.Join(heads, " "); got != c.heads {
				t.Errorf("heads are %s, want %s\n%s", got, c.heads, patches[0].Text)
			}
			folder := t.TempDir()
			place(t, folder, "a.txt", c.text)
			place(t, folder, "p", string(patches[0].Text))
			run(t, folder, "apply", "p")
			if got := textOf(t, folder, "a.txt"); got != string(change.After) {
				t.Errorf("git makes %q, want %q", got, change.After)
			}
		})
	}
}

func TestARootHasItsOwnPatch(t *testing.T) {
	var changes []Change
	for _, root := range []string{"../b", "a", "a"} {
		found := scan(fmt.Sprint(len(changes), ".txt"), []byte(legacy))
		found[0].Root = root
		made, _, err := Plan(found, func(string, string) ([]byte, error) { return []byte(legacy), nil }, Options{})
		if err != nil {
			t.Fatal(err)
		}
		changes = append(changes, made...)
	}
	patches, _ := Patches(changes)
	var got []string
	for _, p := range patches {
		got = append(got, fmt.Sprint(p.Root, " ", bytes.Count(p.Text, []byte("diff --git a/"))))
	}
	if diff := cmp.Diff([]string{"../b 1", "a 2"}, got); diff != "" {
		t.Error(diff)
	}
	if lines := Lines(changes[0]); lines[0].Text != "--- a/../b/0.txt" {
		t.Errorf("the diff names it %q", lines[0].Text)
	}
}

// aToken is a token that is right, and was never anybody's.
func aToken(t *testing.T) string {
	t.Helper()
	secret, err := models.NewToken(bytes.NewReader(bytes.Repeat([]byte{7, 77, 123, 31}, 100)), "ls")
	if err != nil {
		t.Fatal(err)
	}
	return secret.Reveal()
}

// A value is shown to nobody: not by a diff for the screen, and not by a patch, which would carry it on.
func TestNoValueIsShown(t *testing.T) {
	token, key := aToken(t), "q7"+"Rw2kT9xZ"
	lines := func(at int, line string) string {
		list := strings.Split(strings.TrimSuffix(numbered(12, 6), "\n"), "\n")
		list[at-1] = line
		return strings.Join(list, "\n") + "\n"
	}
	for name, c := range map[string]struct {
		text  string
		value string
		known bool // a finding has it
		patch bool // there can be one
	}{
		"in the line":              {text: lines(6, legacy+"="+key), value: key},
		"in the line, of our own":  {text: lines(6, legacy+" x "+key), value: key, known: true},
		"in the line, quoted":      {text: lines(6, "\""+legacy+"\": \""+key+"\","), value: key},
		"in the line, a call":      {text: lines(6, "withEnv(\""+legacy+"\", \""+key+"\")"), value: key},
		"in the line, name, value": {text: lines(6, "- {name: "+legacy+", value: "+key+"}"), value: key},
		"a token in the line":      {text: lines(6, legacy+"="+token), value: token},
		"in the line before":       {text: lines(5, "x "+token), value: token},
		"in the line behind":       {text: lines(7, "x "+key), value: key, known: true},
		"two lines before":         {text: lines(4, "x "+token), value: token, patch: true},
		"three lines behind":       {text: lines(9, "x "+key), value: key, known: true, patch: true},
		"the new variable's":       {text: lines(8, modern+"="+key), value: key, patch: true},
		"another program's":        {text: lines(4, "DB_PASSWORD=\""+key+"\""), value: key, patch: true},
		"another one's key":        {text: lines(7, "pexelsApiKey: "+key), value: key},
		"far away":                 {text: lines(12, "x "+token), value: token, patch: true},
	} {
		t.Run(name, func(t *testing.T) {
			found := scan("a.txt", []byte(c.text))
			if c.known {
				found[0].Fix.Beside = []models.Secret{models.NewSecret(c.value)}
			}
			change, err := planned("a.txt", c.text, found, Options{})
			if err != nil {
				t.Fatal(err)
			}
			var screen bytes.Buffer
			if err := Diff(&screen, []Change{change}, nil); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(screen.String(), c.value) {
				t.Errorf("the diff shows it:\n%s", screen.String())
			}
			if !strings.Contains(screen.String(), "+") || name != "far away" && !strings.Contains(screen.String(), blot.Mark) {
				t.Errorf("the diff shows too little:\n%s", screen.String())
			}
			patches, refused := Patches([]Change{change})
			if (len(patches) == 1) != c.patch || (len(refused) == 1) == c.patch {
				t.Fatalf("%d patches, refused: %v", len(patches), refused)
			}
			if !c.patch {
				return
			}
			if bytes.Contains(patches[0].Text, []byte(c.value)) {
				t.Errorf("the patch holds it:\n%s", patches[0].Text)
			}
			folder := t.TempDir()
			place(t, folder, "a.txt", c.text)
			place(t, folder, "p", string(patches[0].Text))
			run(t, folder, "apply", "p")
			if got := textOf(t, folder, "a.txt"); got != string(change.After) {
				t.Errorf("git makes %q", got)
			}
		})
	}
}

// What looks like a value and is none does not keep a patch from being made.
func TestPlaceholdersAreNoValues(t *testing.T) {
	for _, line := range []string{
		legacy + ": ${{ secrets." + legacy + " }}", "export " + legacy + "=${" + legacy + ":-}", legacy + "=<your-key>", legacy + "=your-api-key", legacy + ": ''",
		"os.Getenv(\"" + legacy + "\") != \"\"", "ls-state-pod.zip ls-platform-integration-tests " + legacy, "-e " + legacy + " localstack/localstack-pro:3.0.2",
		legacy + ": changeme123", legacy + "=\"1234567890\"", legacy + "=x\nkey: node-modules-v2-4711\nPOSTGRES_PASSWORD=postgres\nAPI_TOKEN=${X_TOKEN_2:-}",
		"password: ${{ secrets.DB_PASSWORD_2 }}\n" + legacy + "=\nGITHUB_TOKEN: $GITHUB_TOKEN_22",
		"- " + legacy + "=${" + legacy + "-}  # only required for Pro", "ARG " + legacy,
	} {
		change, err := planned("a.txt", line, scan("a.txt", []byte(line)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, refused := Patches([]Change{change}); len(refused) > 0 {
			t.Errorf("%s: %s", line, refused[0].Reason)
		}
	}
}

func TestADiffForTheScreen(t *testing.T) {
	text := "a\x1b[2J\r\nbidi \u202e and \u0085\r\n\t" + legacy + "\r\nlast\xff"
	change, err := planned("x\x1b.txt", text, scan("x\x1b.txt", []byte(text)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	paint := func(part Part, text string) string { return fmt.Sprint(int(part), "|", text) }
	if err := Diff(&out, []Change{change}, paint); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		`0|--- a/x\x1b.txt`, `0|+++ b/x\x1b.txt`, `1|@@ -1,4 +1,4 @@`, `2| a\x1b[2J`, `2| bidi \u202e and \x85`,
		"3|-\t" + legacy, "4|+\t" + modern, "2| last\uFFFD", `5|\ No newline at end of file`, "",
	}, "\n")
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// Nobody reads a line of a megabyte, and the change is somewhere in it. What was cut in two is still no value.
func TestOfALongLineTheChangeIsShown(t *testing.T) {
	token := aToken(t)
	filler := strings.Repeat("é", 20_000)
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"one change":   {filler + "<" + legacy + ">" + filler, "<" + modern + ">"},
		"at the start": {legacy + ">" + filler, "+" + modern + ">"},
		"at the end":   {filler + "<" + legacy, "<" + modern},
		"two changes":  {"<" + legacy + filler + legacy + ">", modern + ">"},
		"by a token":   {strings.Repeat("x", 450) + " " + token + " " + strings.Repeat("x", 40) + " " + legacy + filler, modern},
		"in a block":   {filler + "\n" + legacy + "\n" + filler, "+" + modern},
	} {
		change, err := planned("a.txt", c.text, scan("a.txt", []byte(c.text)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, line := range Lines(change) {
			if len(line.Text) > 700 {
				t.Errorf("%s: a line has %d bytes", name, len(line.Text))
			}
			all.WriteString(line.Text + "\n")
		}
		if !strings.Contains(all.String(), c.want) || !strings.Contains(all.String(), "…") || strings.Contains(all.String(), token[:12]) {
			t.Errorf("%s:\n%s", name, all.String())
		}
	}
}

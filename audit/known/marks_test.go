package known

import (
	"slices"
	"strings"
	"testing"

	"example.com/keyturn/audit/finding"
)

// inLine makes a finding in each line of a text that holds a word.
func inLine(text, word string, code finding.Code) []finding.Finding {
	var list []finding.Finding
	for i, line := range strings.Split(text, "\n") {
		if strings.Contains(line, word) {
			list = append(list, finding.Finding{Path: "f", Line: i + 1, Code: code, Excerpt: line})
		}
	}
	return list
}

// A mark counts in every syntax of comments: behind the line, and alone above it.
func TestAMarkCountsInEveryComment(t *testing.T) {
	for _, c := range []struct{ name, before, after string }{
		{"shell, YAML, Make, Nix, Python", "# ", ""},
		{"many signs", "### ", ""},
		{"C, Go, Java, Jenkins", "// ", ""},
		{"documented Rust", "/// ", ""},
		{"SQL, Lua, Haskell", "-- ", ""},
		{"ini, lisp", "; ", ""},
		{"TeX, Erlang", "% ", ""},
		{"batch", "REM ", ""},
		{"batch, quiet", "@rem ", ""},
		{"batch, as a label", ":: ", ""},
		{"Visual Basic", "' ", ""},
		{"m4", "dnl ", ""},
		{"block of C", "/* ", " */"},
		{"documentation of Java", "/** ", " */"},
		{"inside a block", " * ", ""},
		{"XML, HTML, Markdown", "<!-- ", " -->"},
		{"Helm", "{{/* ", " */}}"},
		{"Helm, trimmed", "{{- /* ", " */ -}}"},
		{"Jinja", "{# ", " #}"},
		{"PowerShell", "<# ", " #>"},
		{"JSP", "<%-- ", " --%>"},
		{"ML", "(* ", " *)"},
		{"Haskell's block", "{- ", " -}"},
		{"Python's text", `"""`, `"""`},
		{"JSON", `"//": "`, `",`},
		{"JSON, another way", `"_comment": "`, `",`},
	} {
		t.Run(c.name, func(t *testing.T) {
			above := "first\n  " + c.before + "keyturn:ignore[legacy-env-var] until March" + c.after + "\n  X here\n  X again\n"
			kept, ignored, remarks := Ignore([]byte(above), inLine(above, "X", finding.LegacyEnvVar), false)
			if ignored != 1 || len(kept) != 1 || kept[0].Line != 4 || len(remarks) > 0 {
				t.Errorf("above: %d ignored, %v kept, %q", ignored, kept, remarks)
			}
			beside := "  X here " + c.before + "keyturn:ignore[legacy-env-var] until March" + c.after + "\n  X again\n"
			kept, ignored, remarks = Ignore([]byte(beside), inLine(beside, "X", finding.LegacyEnvVar), false)
			if ignored != 1 || len(kept) != 1 || kept[0].Line != 2 || len(remarks) > 0 {
				t.Errorf("beside: %d ignored, %v kept, %q", ignored, kept, remarks)
			}
		})
	}
}

func TestWhatAMarkCovers(t *testing.T) {
	const one, two = finding.LegacyEnvVar, finding.HardcodedAuthToken
	for _, c := range []struct {
		name, text string
		code       finding.Code
		want       []int // the lines with X that stay
		wrong      []string
	}{
		{"another code", "X # keyturn:ignore[outdated-image]", one, []int{1}, nil},
		{"several codes", "X # keyturn:ignore[outdated-image, legacy-env-var]", one, nil, nil},
		{"the console's prefix", "X # keyturn:ignore[repo.legacy-env-var]", one, nil, nil},
		{"two marks in a line", "X # keyturn:ignore[outdated-image] a keyturn:ignore[legacy-env-var] b", one, nil, nil},
		{"marks above each other", "# keyturn:ignore[outdated-image]\n# keyturn:ignore[legacy-env-var]\nX\nX", one, []int{4}, nil},
		{"a reason of two lines", "# keyturn:ignore[legacy-env-var] because\n# it must be\nX\nX", one, []int{4}, nil},
		{"a blank line between", "# keyturn:ignore[legacy-env-var]\n\nX", one, []int{3}, nil},
		{"code between", "# keyturn:ignore[legacy-env-var]\ny: 1\nX", one, []int{3}, nil},
		{"a block of several lines", "/*\n keyturn:ignore[legacy-env-var] old\n*/\nX\nX", one, []int{5}, nil},
		{"code behind a block", "/* keyturn:ignore[legacy-env-var] */ y();\nX", one, []int{2}, nil},
		{"behind code, for the line only", "y: 1 # keyturn:ignore[legacy-env-var]\nX", one, []int{2}, nil},
		{"its own line too", "# keyturn:ignore[hardcoded-auth-token] X", two, nil, nil},
		{"Windows", "# keyturn:ignore[legacy-env-var]\r\nX\r\nX\r\n", one, []int{3}, nil},
		{"a command of several lines", "# keyturn:ignore[legacy-env-var]\nrun \\\n  --env X \\\n  -e X\nX", one, []int{5}, nil},
		{"a comment in a command", "run \\\n# keyturn:ignore[legacy-env-var]\n  X \\\n  y\nX", one, []int{5}, nil},
		{"the end of the file", "X\n# keyturn:ignore[legacy-env-var]", one, []int{1}, nil},
		{"no codes", "X # keyturn:ignore", one, []int{1}, []string{"line 1: " + mustName}},
		{"empty brackets", "y\nX # keyturn:ignore[ ]", one, []int{2}, []string{"line 2: " + mustName}},
		{"brackets that stay open", "X # keyturn:ignore[legacy-env-var", one, []int{1}, []string{"line 1: " + mustName}},
		{"an unknown code beside a known one", "X # keyturn:ignore[legacy-envvar,legacy-env-var]", one, nil, []string{"line 1: " + unknownCode}},
		{"two unknown ones", "X # keyturn:ignore[a,b]", one, []int{1}, []string{"line 1: " + unknownCode}},
		{"everything", "X # keyturn:ignore[*]", one, []int{1}, []string{"line 1: " + unknownCode}},
		{"a longer word", "X # keyturn:ignored, mykeyturn:ignore[legacy-env-var]", one, []int{1}, nil},
		{"told of in prose", "X `keyturn:ignore` and `keyturn:ignore[code]`", one, []int{1}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			kept, ignored, wrong := Ignore([]byte(c.text), inLine(c.text, "X", c.code), false)
			var lines []int
			for _, f := range kept {
				lines = append(lines, f.Line)
			}
			if !slices.Equal(lines, c.want) || ignored+len(kept) != len(inLine(c.text, "X", c.code)) {
				t.Errorf("the lines %v stay instead of %v; %d ignored", lines, c.want, ignored)
			}
			if !slices.Equal(wrong, c.wrong) {
				t.Errorf("remarks: %q", wrong)
			}
		})
	}
}

func TestMarksOfOtherScannersCountForLiteralsIfAskedFor(t *testing.T) {
	for _, c := range []struct {
		text    string
		literal bool // covered if it is a literal
	}{
		{"X # gitleaks:allow", true},
		{"X // trufflehog:ignore", true},
		{"X /* kingfisher:ignore */", true},
		{"X # pragma: allowlist secret", true},
		{"X # Pragma: whitelist-secret", true},
		{"# pragma: allowlist nextline secret\nX", true},
		{"# gitleaks:allow\nX", false},
		{"X # notgitleaks:allow", false},
		{"X # gitleaks:allowed", false},
		{"X # pragma: once", false},
	} {
		for _, code := range []finding.Code{finding.HardcodedAuthToken, finding.LegacyKeyLiteral, finding.LegacyEnvVar} {
			for _, compat := range []bool{true, false} {
				_, ignored, wrong := Ignore([]byte(c.text), inLine(c.text, "X", code), compat)
				want := compat && c.literal && code != finding.LegacyEnvVar
				if (ignored == 1) != want || len(wrong) > 0 {
					t.Errorf("%q, %s, asked for %v: %d ignored, %q", c.text, code, compat, ignored, wrong)
				}
			}
		}
	}
}

// Whatever stands in a file: nothing panics, nothing is lost, no remark repeats the file, and a text without
// a mark hides nothing.
func FuzzIgnore(f *testing.F) {
	f.Add("# keyturn:ignore[legacy-env-var] because\nLOCALSTACK_API_KEY=x # gitleaks:allow\n", true)
	f.Add("/* keyturn:ignore[", false)
	f.Add("keyturn:ignore[]]keyturn:ignore[[a,b],]\r\n\x00\xff", false)
	f.Fuzz(func(t *testing.T, text string, compat bool) {
		var list []finding.Finding
		for i := range strings.Count(text, "\n") + 2 {
			for _, code := range []finding.Code{finding.LegacyEnvVar, finding.HardcodedAuthToken} {
				list = append(list, finding.Finding{Path: "f", Line: i + 1, Code: code})
			}
		}
		kept, ignored, remarks := Ignore([]byte(text), list, compat)
		if len(kept)+ignored != len(list) {
			t.Errorf("%d findings became %d and %d ignored ones", len(list), len(kept), ignored)
		}
		if ignored > 0 && !compat && !strings.Contains(text, "keyturn:ignore[") {
			t.Errorf("%d findings are ignored without a mark", ignored)
		}
		for _, said := range remarks {
			if !strings.HasSuffix(said, mustName) && !strings.HasSuffix(said, unknownCode) {
				t.Errorf("a remark says %q", said)
			}
		}
	})
}

package screens_test

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

// place is a finding that can be renamed.
func place(path string, line int) finding.Finding {
	return finding.Finding{
		Path: path, Line: line, Column: 7, EndColumn: 25, Code: finding.LegacyEnvVar, Severity: finding.Warning, Subject: finding.LegacyVariable,
		Message: finding.LegacyVariable + " is set", Excerpt: finding.LegacyVariable + ": x", Fix: finding.Fix{Kind: finding.Rename},
	}
}

// scanned is a screen over checkouts with these findings.
func scanned(t testing.TB, findings map[string][]finding.Finding) *console {
	t.Helper()
	c := openWith(t, loaded(), actions.Repositories)
	for root, list := range findings {
		for i := range list {
			list[i].Root = root
		}
		c.book.Repos.Put(root, finding.Report{Findings: list}, now, false, nil)
	}
	return c.send(kit.ReposChangedMsg{})
}

// hostilePlaces are files with the names that broke other programs.
func hostilePlaces() []finding.Finding {
	var list []finding.Finding
	for i, name := range append([]string{"\x1b[2J", "a\nb", "exe\u202egpj", "\xff\xfe"}, hostileNames...) {
		f := place(name+"/ci.yml", i+1)
		f.Excerpt, f.Subject, f.Message, f.Fix.Reason = name, name, name, name
		list = append(list, f)
	}
	return list
}

func TestNoFindingLeavesItsRoom(t *testing.T) {
	for width := 1; width <= 200; width += 7 {
		for height := 1; height <= 60; height += 8 {
			c := scanned(t, map[string][]finding.Finding{"/src/shop": hostilePlaces(), "/old/shop": hostilePlaces(), "/src/" + strings.Repeat("x", 200): hostilePlaces()})
			c.hold = true
			c.at.SetSize(width, height)
			for _, keys := range [][]string{{}, {"enter"}, {"esc", "v"}, {"down", "enter"}, {"esc", "v"}, {"enter", "pgdown"}, {"esc", "/"}} {
				c.press(keys...)
				inRoom(t, c, width, height)
			}
			c.typeText("a")
			inRoom(t, c, width, height)
		}
	}
}

// A group that a filter narrows still says what it is of, and is marked as a whole with its head.
func TestAFilterKeepsTheHeads(t *testing.T) {
	c := scanned(t, map[string][]finding.Finding{"/src/shop": {place("ci/a.yml", 1), place("ci/a.yml", 2), place("ci/b.yml", 3)}})
	c.press("v", "/").typeText(":2").press("enter").see("ci/a.yml", "2:7").dontSee("1:7", "b.yml")
	c.press("esc").press("g", " ")
	list := c.action(actions.Fix)
	c.run(list.Run())
	asked, ok := c.upward[len(c.upward)-1].(kit.ShowFixMsg)
	if !ok || !asked.Write || len(asked.Findings) != 2 || asked.Findings[0].Path != "ci/a.yml" {
		t.Errorf("asked for %#v", c.upward)
	}
}

func TestFoldersThatLookAlikeShowTheirIds(t *testing.T) {
	c := scanned(t, map[string][]finding.Finding{"/src/shop": {place("ci.yml", 1)}, "/old/shop": {place("ci.yml", 2)}, "/src/раyments": nil})
	lines := c.plain()
	if strings.Count(lines, "shop …")+strings.Count(lines, "раyments …") != 3 {
		t.Errorf("names that look alike have no ids:\n%s", lines)
	}
	c.press("v").see("/src/shop/ci.yml", "/old/shop/ci.yml") // in the list of files their whole paths
}

func TestWhatTracesACredential(t *testing.T) {
	hangsOn := func(subject string) finding.Finding {
		f := place("ci.yml", 1)
		f.Subject = subject
		return f
	}
	proven := hangsOn("DEPLOY_EU")
	proven.Proven = &finding.Identity{Credential: "crd_1", Name: "deploy-eu"}
	image := hangsOn("deploy-eu")
	image.Code = finding.OutdatedImage
	for name, one := range map[string]struct {
		root    string
		finding finding.Finding
		others  []models.Credential
		want    string // proven, secret, folder
	}{
		"a value":                              {"/src/x", proven, nil, "1 0 0"},
		"the name of the secret":               {"/src/x", hangsOn("DEPLOY_EU"), nil, "0 1 0"},
		"a name that two have":                 {"/src/x", hangsOn("DEPLOY_EU"), []models.Credential{token("crd_2", "Deploy EU")}, "0 0 0"},
		"a name that one other had":            {"/src/x", hangsOn("DEPLOY_EU"), []models.Credential{gone("crd_2", "Deploy EU")}, "0 1 0"},
		"the name of the folder":               {"/src/deploy-eu", hangsOn("LOCALSTACK_API_KEY"), nil, "0 0 1"},
		"the name of the host":                 {"/src/runner-9", hangsOn("LOCALSTACK_API_KEY"), nil, "0 0 1"},
		"a folder, and its secret counts once": {"/src/deploy-eu", hangsOn("DEPLOY_EU"), nil, "0 1 0"},
		"something else":                       {"/src/x", hangsOn("LOCALSTACK_API_KEY"), nil, "0 0 0"},
		"an image is no credential":            {"/src/x", image, nil, "0 0 0"},
		"another one's value":                  {"/src/deploy-eu", func() finding.Finding { f := proven; f.Proven = &finding.Identity{Credential: "crd_9"}; return f }(), nil, "0 0 0"},
	} {
		t.Run(name, func(t *testing.T) {
			c := scanned(t, map[string][]finding.Finding{one.root: {one.finding}})
			key := used(legacyCI("crd_1", "deploy-eu"), day, 4, "runner-9")
			c.book.PutCredentials(append(one.others, key))
			got := c.book.Trace(&key)
			if have := fmt.Sprint(len(got.Proven), len(got.Secret), len(got.Folder)); have != one.want {
				t.Errorf("found %s, want %s", have, one.want)
			}
		})
	}
}

// A name that every pipeline has says nothing, even if a credential bears it.
func TestACommonNameTracesNothing(t *testing.T) {
	c := scanned(t, map[string][]finding.Finding{"/src/localstack": {place("ci.yml", 1)}})
	for _, name := range []string{"LOCALSTACK_API_KEY", "localstack", "CI key"} {
		key := legacyCI("crd_1", name)
		if got := c.book.Trace(&key); len(got.Secret)+len(got.Folder) > 0 {
			t.Errorf("%s is said to be in %d places", name, len(got.Secret)+len(got.Folder))
		}
	}
}

func gone(id, name string) models.Credential {
	c := token(id, name)
	c.State = models.Revoked
	return c
}

// manyFindings is a screen with as many findings as there are members in the other benchmarks.
func manyFindings(b *testing.B) *console {
	b.Helper()
	list := make([]finding.Finding, crowd)
	for i := range list {
		list[i] = place(fmt.Sprintf("services/%s-%d/ci.yml", []string{"maria", "ben", "garcia"}[i%3], i/5), i%5+1)
	}
	finding.Sort(list)
	c := scanned(b, map[string][]finding.Finding{"/src/shop": list})
	c.at.SetSize(120, 36)
	return c.press("v")
}

func BenchmarkFindingsKeyDownAndView(b *testing.B) {
	c := manyFindings(b)
	down := tea.KeyMsg{Type: tea.KeyDown}
	b.ReportAllocs()
	for b.Loop() {
		c.at.Update(down)
		_, _, _ = c.at.View(), c.at.Status(), c.at.Actions()
	}
}

// One round is "maria ga" typed and cleared, as with members.
func BenchmarkFindingsFilterKeysAndView(b *testing.B) {
	c := manyFindings(b)
	b.ReportAllocs()
	for b.Loop() {
		c.at.Update(keyNamed("/"))
		for _, r := range "maria ga" {
			c.at.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
			_ = c.at.View()
		}
		c.at.Update(keyNamed("esc"))
	}
}

// What a scan of very many findings costs when it comes in, and when it is gathered in the other way.
func BenchmarkFindingsArrive(b *testing.B) {
	c := manyFindings(b)
	b.ReportAllocs()
	for b.Loop() {
		c.at.Update(kit.ReposChangedMsg{})
		_ = c.at.View()
	}
}

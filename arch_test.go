package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The house rules of the design, as a test: arrows point down, functions stay short, IO stays in
// its place, and one door opens a secret.

const (
	modulePath     = "example.com/keyturn"
	maxFileLines   = 400
	maxFuncLines   = 80
	maxUpdateLines = 60
)

// sourceFile is one parsed Go file of the module.
type sourceFile struct {
	path    string // slash-separated, from the root
	folder  string
	test    bool
	lines   int
	imports []string
	ast     *ast.File
	fset    *token.FileSet
}

// within reports whether the file lies in one of the folders or below.
func (f sourceFile) within(folders ...string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		return f.folder == folder || strings.HasPrefix(f.folder, folder+"/")
	})
}

func (f sourceFile) at(pos token.Pos) string {
	return f.path + ":" + strconv.Itoa(f.fset.Position(pos).Line)
}

func sources(t *testing.T) []sourceFile {
	t.Helper()
	var files []sourceFile
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		files = append(files, parse(t, filepath.ToSlash(name)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 50 {
		t.Fatalf("only %d Go files found: the walk is broken", len(files))
	}
	return files
}

func parse(t *testing.T, name string) sourceFile {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, name, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	f := sourceFile{
		path: name, folder: path.Dir(name), test: strings.HasSuffix(name, "_test.go") || builtForTests(tree),
		lines: strings.Count(string(text), "\n"), ast: tree, fset: fset,
	}
	for _, spec := range tree.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		f.imports = append(f.imports, p)
	}
	return f
}

// builtForTests reports whether a file is in no build but those for tests.
func builtForTests(tree *ast.File) bool {
	return slices.ContainsFunc(tree.Comments, func(c *ast.CommentGroup) bool {
		return c.Pos() < tree.Package && strings.Contains(c.List[0].Text, "//go:build failpoints")
	})
}

// No build that is handed out holds what the tests need to have it die.
func TestTheProductHoldsNoFailpoints(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(out), modulePath+"/durable\n") {
		t.Fatalf("the list is none: %s", out)
	}
	for imported := range strings.FieldsSeq(string(out)) {
		if ours("proof", "durable/durabletest", "ui/testkit")(imported) || imported == "testing" {
			t.Errorf("it holds %s", imported)
		}
	}
}

// importRule says what the files of some folders must not import.
type importRule struct {
	name      string
	folders   []string
	except    []string // folders below that are free of this rule
	tests     bool     // the rule holds for tests too
	forbidden func(imported string) bool
}

func ours(folders ...string) func(string) bool {
	return func(imported string) bool {
		return slices.ContainsFunc(folders, func(folder string) bool {
			p := modulePath + "/" + folder
			return imported == p || strings.HasPrefix(imported, p+"/")
		})
	}
}

func anyOf(rules ...func(string) bool) func(string) bool {
	return func(imported string) bool {
		return slices.ContainsFunc(rules, func(rule func(string) bool) bool { return rule(imported) })
	}
}

func exactly(paths ...string) func(string) bool {
	return func(imported string) bool { return slices.Contains(paths, imported) }
}

// outside reports an import that is neither of the standard library nor among the allowed ones.
func outside(allowed ...string) func(string) bool {
	return func(imported string) bool {
		first, _, _ := strings.Cut(imported, "/")
		if !strings.Contains(first, ".") {
			return false
		}
		return !slices.ContainsFunc(allowed, func(a string) bool { return imported == a || strings.HasPrefix(imported, a+"/") })
	}
}

func importRules() []importRule {
	charm := []string{"github.com/charmbracelet", "github.com/muesli/termenv"}
	return []importRule{
		{name: "models is a leaf of the standard library", folders: []string{"models"}, forbidden: outside()},
		{name: "models does no IO", folders: []string{"models"}, forbidden: exactly("os", "net", "net/http", "database/sql")},
		{name: "actions knows only models", folders: []string{"actions"}, forbidden: outside(modulePath + "/models")},
		{name: "looks is a leaf", folders: []string{"looks"}, forbidden: outside("golang.org/x/text")},
		{name: "when knows only models", folders: []string{"when"}, forbidden: outside(modulePath + "/models")},
		{name: "durable is a leaf", folders: []string{"durable"}, forbidden: outside("golang.org/x/sys", modulePath+"/durable")},
		{name: "chain knows models, and how small files are kept", folders: []string{"chain"}, forbidden: outside(modulePath+"/models", modulePath+"/durable")},
		{name: "styles is a leaf", folders: []string{"styles"}, forbidden: outside(append(charm, modulePath+"/styles")...)},
		{name: "the console never meets the client or the service", folders: []string{"ui"}, forbidden: ours("apiclient", "server", "cli")},
		{name: "the command line meets neither the client nor the service nor the screen", folders: []string{"cli"}, forbidden: ours("apiclient", "server", "ui")},
		{name: "an audit knows no service and no screen", folders: []string{"audit"}, forbidden: ours("apiclient", "server", "ui", "cli", "rotation")},
		{
			name: "the console knows only what was found, not how", folders: []string{"ui"},
			forbidden: anyOf(exactly(modulePath+"/audit"), ours("audit/inspect", "audit/source", "audit/mend", "audit/known", "audit/report", "audit/prove", "audit/checkouts")),
		},
		{name: "what was found is a leaf", folders: []string{"audit/finding"}, forbidden: outside(modulePath + "/models")},
		{name: "a report does no IO", folders: []string{"audit/finding", "audit/report"}, forbidden: exactly("os", "os/exec", "net", "net/http")},
		{name: "what is known and how it is told know only what was found", folders: []string{"audit/known", "audit/report"}, forbidden: ours("audit/inspect", "audit/source", "audit/mend", "audit/known", "audit/report")},
		{name: "rotation knows neither side", folders: []string{"rotation"}, forbidden: ours("apiclient", "server", "ui", "cli")},
		{name: "reading knows only what was found", folders: []string{"audit/source"}, forbidden: ours("apiclient", "server", "ui", "cli", "rotation", "audit/inspect", "audit/known", "audit/mend", "audit/report")},
		{name: "looking, and the words of an audit, know no disk and no network", folders: []string{"audit/finding", "audit/inspect"}, forbidden: exactly("os", "os/exec", "net", "net/http")},
		{name: "the mender knows only what was found", folders: []string{"audit/mend"}, forbidden: ours("apiclient", "server", "ui", "cli", "rotation", "audit/inspect", "audit/source", "audit/known", "audit/report")},
		{name: "the client knows only models", folders: []string{"apiclient"}, tests: true, forbidden: ours("server", "ui", "cli", "rotation", "actions")},
		{name: "the service knows no client and no screen", folders: []string{"server"}, tests: true, forbidden: ours("apiclient", "ui", "cli", "rotation", "actions", "styles")},
		{name: "policy knows no HTTP and no SQL", folders: []string{"server/policy"}, forbidden: anyOf(exactly("net/http", "database/sql"), ours("server/api", "server/store"))},
		{name: "HTTP knows no SQL", folders: []string{"server/api"}, forbidden: anyOf(exactly("database/sql"), ours("server/store"))},
		{name: "the shelf knows no HTTP and no SQL", folders: []string{"server/shelf"}, forbidden: anyOf(exactly("net/http", "database/sql"), ours("server/api", "server/store"))},
		{name: "the stores know no HTTP", folders: []string{"server/store"}, forbidden: anyOf(exactly("net/http"), ours("server/api"))},
		{
			name: "screens do not know the root or each other's parents", folders: []string{"ui/screens", "ui/components", "ui/dialogs", "ui/kit", "ui/term", "ui/words", "ui/todo", "ui/follow", "ui/batch", "ui/plain"},
			forbidden: exactly(modulePath + "/ui"),
		},
		{
			name: "lines are not drawn", folders: []string{"ui/plain", "ui/words", "ui/todo", "ui/follow", "ui/batch"},
			forbidden: anyOf(exactly("github.com/charmbracelet/bubbletea", "github.com/charmbracelet/lipgloss"), ours("ui/dialogs")),
		},
		{name: "components know no screen and no dialog", folders: []string{"ui/components", "ui/kit", "ui/term"}, forbidden: ours("ui/screens", "ui/dialogs", "ui/plain", "ui/words")},
		{
			name: "test packages stay out of the product", folders: []string{"."}, except: []string{"ui/testkit", "server/store/storetest", "durable/durabletest", "proof"},
			forbidden: anyOf(exactly("testing", "pgregory.net/rapid", "github.com/google/go-cmp/cmp"), ours("ui/testkit", "server/store/storetest", "durable/durabletest", "proof")),
		},
	}
}

func TestArrowsPointDown(t *testing.T) {
	files := sources(t)
	for _, rule := range importRules() {
		t.Run(rule.name, func(t *testing.T) {
			seen := 0
			for _, f := range files {
				everywhere := slices.Contains(rule.folders, ".")
				if !everywhere && !f.within(rule.folders...) || f.within(rule.except...) || f.test && !rule.tests {
					continue
				}
				seen++
				for _, imported := range f.imports {
					if rule.forbidden(imported) {
						t.Errorf("%s imports %s", f.path, imported)
					}
				}
			}
			if seen == 0 {
				t.Error("the rule holds for no file: has its folder moved?")
			}
		})
	}
}

func TestFilesAndFunctionsStayShort(t *testing.T) {
	for _, f := range sources(t) {
		if f.lines > maxFileLines {
			t.Errorf("%s has %d lines, more than %d: which idea is missing?", f.path, f.lines, maxFileLines)
		}
		for _, decl := range f.ast.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			limit := maxFuncLines
			if fn.Name.Name == "Update" {
				limit = maxUpdateLines
			}
			lines := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line + 1
			if lines > limit {
				t.Errorf("%s: %s has %d lines, more than %d", f.at(fn.Pos()), fn.Name.Name, lines, limit)
			}
		}
	}
}

// Every port of the console takes a context, so a screen file that does not import context cannot
// ask anybody anything.
func TestScreensDoIOInCmdsOnly(t *testing.T) {
	io := []string{"context", "net", "net/http", "os", "os/exec", "io", "database/sql"}
	seen := 0
	for _, f := range sources(t) {
		if f.test || !f.within("ui/screens") {
			continue
		}
		seen++
		if path.Base(f.path) == "cmds.go" {
			continue
		}
		for _, imported := range f.imports {
			if slices.Contains(io, imported) {
				t.Errorf("%s imports %s: IO belongs in cmds.go", f.path, imported)
			}
		}
	}
	if seen == 0 {
		t.Error("no screen found")
	}
}

// revealers are the files in which a secret's value leaves for its one destination.
var revealers = map[string]string{
	"apiclient/door.go":                   "signs requests, and takes the token out of what comes back",
	"apiclient/wire.go":                   "sends the values of a workspace file, and those that are to be identified",
	"audit/blot/blot.go":                  "finds the value in a line, to blot it out",
	"cli/secret.go":                       "shows what --reveal or --stdout asked for",
	"server/api/client.go":                "checks the shape of an unknown value, and signs a licence with the credential",
	"server/api/read.go":                  "answers who may read a secret",
	"server/policy/import_credentials.go": "checks the shape of a value",
	"server/policy/import_members.go":     "checks the shape of a value",
	"server/policy/secrets.go":            "takes the issuer's prefix for the mask",
	"server/server.go":                    "leaves the first admin's token in a file",
	"server/store/postgres/connect.go":    "signs in to the database",
	"server/vault/vault.go":               "seals and hashes",
	"ui/dialogs/secretbox.go":             "paints the value while it is revealed",
	"ui/plain/secret.go":                  "writes the value after asking",
	"ui/term/clipboard.go":                "hands the value to the clipboard",
}

func TestOneDoorOpensASecret(t *testing.T) {
	used := map[string]bool{}
	for _, f := range sources(t) {
		if f.test || f.within("models", "server/store/storetest", "proof") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) > 0 {
				return true
			}
			door, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || door.Sel.Name != "Reveal" {
				return true
			}
			used[f.path] = true
			if revealers[f.path] == "" {
				t.Errorf("%s opens a secret: is it a destination? Then list it with what it does there", f.at(call.Pos()))
			}
			return true
		})
	}
	for name, why := range revealers {
		if !used[name] {
			t.Errorf("%s (%s) is listed but opens no secret", name, why)
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	documented := map[string]bool{}
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		if _, seen := documented[f.folder]; !seen {
			documented[f.folder] = false
		}
		if f.ast.Doc != nil {
			documented[f.folder] = true
		}
	}
	for folder, ok := range documented {
		if !ok {
			t.Errorf("package %s has no package comment", folder)
		}
	}
}

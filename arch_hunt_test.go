package main

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

// Every test that starts a service, a store, a client, a console or a command hunts for the values that come by:
// where it is started, the hunt is named, or at hand in what the function belongs to or is given.

// starters are the functions that start something which handles values, by package.
var starters = map[string][]string{
	"server":                {"Open"},
	"server/policy":         {"New"},
	"server/store/sqlite":   {"Open"},
	"server/store/postgres": {"Open"},
	"apiclient":             {"New"},
	"cli":                   {"Execute"},
	"ui":                    {"Run"},
	"ui/plain":              {"Run", "RunWith"},
	"proof/screen":          {"Start"},
	"os/exec":               {"Command", "CommandContext"},
}

// startsWithoutHunt are functions of tests that start something without a hunt of their own, and why they may.
var startsWithoutHunt = map[string]string{
	"proof/child_test.go: child":                                 "a process of its own; its parent hunts",
	"proof/child_test.go: open":                                  "a process of its own; its parent hunts",
	"rotation/kill/child_test.go: work":                          "a process of its own; its parent hunts",
	"server/disk_test.go: begin":                                 "a process of its own; its parent hunts",
	"server/frozen_test.go: beOnDuty":                            "a process of its own; its parent hunts",
	"server/disk_test.go: killed":                                "a process of its own; its parent hunts",
	"server/readiness_test.go: readyOnAFullDisk":                 "a process of its own; its parent hunts",
	"proof/stand_test.go: serve":                                 "for a stand, which hunts",
	"server/policy/ledger_test.go: at":                           "counts activations in memory; nobody has a value",
	"audit_doc_test.go: TestAnAuditOfTheProgramCanBeInterrupted": "reads nothing",
	"ui/plain/run_unix_test.go: TestCtrlCEndsNothing":            "its service never answers",
	"server/api/load_test.go: inSQLite":                          "a benchmark",
	"server/api/load_test.go: inPostgres":                        "a benchmark",
	"server/api/load_test.go: companyOf":                         "a benchmark",
	"speed_test.go: launch":                                      "a benchmark",
}

// bystanders are programs that tests call and that are given no value.
var bystanders = []string{"git", "go", "/bin/kill"}

// withoutValues are folders whose tests start something that no value comes by: stores are given sealed ones, and
// what an audit reads is hunted in by the tests of its command.
var withoutValues = []string{"audit", "tools", "proof/hunt", "server/store", "styles"}

// external are the types of other packages that are a hunt, or have one with them.
var external = []string{"hunt.Hunt", "testkit.World", "testkit.Story"}

func TestWhoeverStartsSomethingHunts(t *testing.T) {
	files := sources(t)
	var tests []sourceFile
	for _, f := range files {
		if (f.test || f.within("ui/testkit", "proof/screen")) && !f.within(withoutValues...) {
			tests = append(tests, f)
		}
	}
	known := huntersOf(tests)
	started, excused := 0, map[string]bool{}
	for _, f := range tests {
		for _, decl := range f.ast.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Body == nil || strings.HasPrefix(fn.Name.Name, "Benchmark") || !f.starts(fn) {
				continue
			}
			started++
			name := f.path + ": " + fn.Name.Name
			switch {
			case startsWithoutHunt[name] != "":
				excused[name] = true
			case !f.hunts(fn, known):
				t.Errorf("%s starts something, and hunts for no values", name)
			}
		}
	}
	for name, why := range startsWithoutHunt {
		if !excused[name] {
			t.Errorf("%s (%s) is excused but starts nothing", name, why)
		}
	}
	if started < 40 {
		t.Errorf("only %d functions start something: has a package moved?", started)
	}
}

// starts reports whether a function calls one of the starters.
func (f sourceFile) starts(fn *ast.FuncDecl) (found bool) {
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || slices.ContainsFunc(call.Args, bystands) {
			return !found
		}
		switch called := call.Fun.(type) {
		case *ast.Ident: // a test within the package
			found = found || f.ast.Name.Name == path.Base(f.folder) && slices.Contains(starters[f.folder], called.Name)
		case *ast.SelectorExpr:
			if from, ok := called.X.(*ast.Ident); ok {
				found = found || slices.ContainsFunc(f.imports, func(imported string) bool {
					return path.Base(imported) == from.Name && slices.Contains(starters[strings.TrimPrefix(imported, modulePath+"/")], called.Sel.Name)
				})
			}
		}
		return !found
	})
	return found
}

// bystands reports whether an argument names a program that is given no value.
func bystands(arg ast.Expr) bool {
	text, ok := arg.(*ast.BasicLit)
	return ok && slices.Contains(bystanders, strings.Trim(text.Value, `"`))
}

// hunters are the types that have a hunt with them, or something that has one, and the functions that name one, or
// call one that does. Both are known by their folders.
type hunters struct{ types, functions map[string]bool }

func huntersOf(tests []sourceFile) hunters {
	known := hunters{map[string]bool{}, map[string]bool{}}
	for before := -1; before < len(known.types)+len(known.functions); {
		before = len(known.types) + len(known.functions)
		for _, f := range tests {
			ast.Inspect(f.ast, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.TypeSpec:
					body, ok := n.Type.(*ast.StructType)
					if ok && f.carry(body.Fields, known) {
						known.types[f.folder+"."+n.Name.Name] = true
					}
				case *ast.FuncDecl:
					if n.Recv == nil && n.Body != nil && f.names(n.Body, known) {
						known.functions[f.folder+"."+n.Name.Name] = true
					}
				}
				return true
			})
		}
	}
	return known
}

// hunts reports whether a function names a hunt, or has one with what it belongs to or is given.
func (f sourceFile) hunts(fn *ast.FuncDecl, known hunters) bool {
	return f.carry(fn.Recv, known) || f.carry(fn.Type.Params, known) || f.names(fn.Body, known)
}

// names reports whether a hunt is asked for somewhere, or is given to a function in there.
func (f sourceFile) names(body *ast.BlockStmt, known hunters) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			from, _ := n.X.(*ast.Ident)
			found = found || from != nil && (from.Name == "hunt" || from.Name == "storetest" && n.Sel.Name == "Hunt")
		case *ast.CallExpr:
			called, ok := n.Fun.(*ast.Ident)
			found = found || ok && known.functions[f.folder+"."+called.Name]
		case *ast.FuncLit:
			found = found || f.carry(n.Type.Params, known)
		}
		return !found
	})
	return found
}

// carry reports whether one of these is a hunt, or has one with it.
func (f sourceFile) carry(fields *ast.FieldList, known hunters) bool {
	return fields != nil && slices.ContainsFunc(fields.List, func(field *ast.Field) bool {
		typ := field.Type
		if pointer, ok := typ.(*ast.StarExpr); ok {
			typ = pointer.X
		}
		switch typ := typ.(type) {
		case *ast.Ident:
			return known.types[f.folder+"."+typ.Name]
		case *ast.SelectorExpr:
			from, ok := typ.X.(*ast.Ident)
			return ok && slices.Contains(external, from.Name+"."+typ.Sel.Name)
		}
		return false
	})
}

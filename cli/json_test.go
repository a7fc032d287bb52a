package cli_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/cli"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

const jsonDoc = "../docs/json.md"

var example = regexp.MustCompile("(?s)```console\n\\$ keyturn ([^\n]+)\n```\n\n```json\n(.*?)```\n")

// The examples of the document are what the commands print. With -update they are written anew.
func TestTheDocumentShowsRealAnswers(t *testing.T) {
	name, err := filepath.Abs(jsonDoc)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	write(t, "members.csv", "email,name,role,seat\ndora@example.com,Dora,member,yes\n")
	if n := len(example.FindAll(doc, -1)); n < 12 {
		t.Fatalf("only %d examples found", n)
	}
	at(t, testkit.Sample, func(d *desk) {
		d.world.Expect("create nightly-2", "secret crd_deploy", "copy")
		d.files.report = models.ImportReport{Created: 1, Unchanged: 1, Changes: []models.ImportChange{{Verb: "create", What: "member", Name: "dora@example.com"}}}
		d.deps.Serve = func(_ context.Context, o cli.ServeOptions, begun func(cli.Serving) error) error {
			return begun(cli.Serving{Dir: o.Dir, Address: o.Listen, AdminToken: o.Dir + "/admin-token"})
		}
		d.deps.Keeper = aKeeper()
		ctx, stop := context.WithTimeout(d.Context(), time.Minute)
		defer stop()
		real := example.ReplaceAllStringFunc(string(doc), func(text string) string {
			found := example.FindStringSubmatch(text)
			d.out.Reset()
			d.err.Reset()
			_ = cli.Execute(ctx, d.deps, strings.Fields(found[1]))
			if d.world.Leaked(d.out.String()) {
				d.Errorf("%s shows a value", found[1])
			}
			return strings.TrimSuffix(text, found[2]+"```\n") + d.out.String() + "```\n"
		})
		if real == string(doc) {
			return
		}
		if f := flag.Lookup("update"); f == nil || f.Value.String() != "true" {
			d.Fatalf("%s is not what the commands print: go test ./cli -run Document -update", jsonDoc)
		}
		write(d.TB, name, real)
	})
}

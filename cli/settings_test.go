package cli_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/keyturn/cli"
	"example.com/keyturn/ui/testkit"
)

// settled is what the service would be started with.
func (d *desk) settled(args ...string) (o cli.ServeOptions) {
	d.Helper()
	d.deps.Serve = func(_ context.Context, got cli.ServeOptions, _ func(cli.Serving) error) error { o = got; return nil }
	d.run(cli.Done, append([]string{"serve"}, args...)...)
	return o
}

var settingLine = regexp.MustCompile(`(?m)^(?:# )?([a-z_]+) = "([^"]*)"$`)

// listed are the settings that --print-config writes, with their defaults.
func (d *desk) listed() (keys []string, initial map[string]string) {
	d.Helper()
	initial = map[string]string{}
	d.run(cli.Done, "serve", "--print-config")
	for _, found := range settingLine.FindAllStringSubmatch(d.out.String(), -1) {
		keys = append(keys, found[1])
		initial[found[1]] = found[2]
	}
	if len(keys) < 10 {
		d.Fatalf("only %v are listed", keys)
	}
	return keys, initial
}

// Every setting can be told in three ways, and the flag is heard first, then the variable, then the file.
func TestAFlagOverridesAVariableOverridesTheFile(t *testing.T) {
	t.Chdir(t.TempDir())
	at(t, testkit.Sample, func(d *desk) {
		keys, _ := d.listed()
		for _, key := range keys {
			value := func(where string) string {
				switch key {
				case "log_format":
					return map[string]string{"flag": "json", "variable": "text", "file": "json"}[where]
				case "log_level":
					return map[string]string{"flag": "warn", "variable": "error", "file": "debug"}[where]
				}
				return key + "-" + where
			}
			is := func(where string, args ...string) {
				d.Helper()
				if key != "data" {
					args = append(args, "--data", "d")
				}
				o := d.settled(args...)
				got := map[string]string{
					"data": o.Dir, "listen": o.Listen, "tls_cert": o.TLSCert, "tls_key": o.TLSKey, "database": o.Database.Reveal(), "key_file": o.KeyFile,
					"operations": o.Operations, "log_level": o.LogLevel, "log_format": o.LogFormat, "admin_email": o.AdminEmail,
				}[key]
				if got != value(where) {
					d.Errorf("%s from the %s: %q", key, where, got)
				}
			}
			write(d.TB, "c.toml", fmt.Sprintf("%s = %q\n", key, value("file")))
			is("file", "--config", "c.toml")
			variable := "KEYTURN_" + strings.ToUpper(key)
			d.env[variable] = value("variable")
			is("variable", "--config", "c.toml")
			is("variable")
			is("flag", "--config", "c.toml", "--"+strings.ReplaceAll(key, "_", "-"), value("flag"))
			delete(d.env, variable)
		}
	})
}

func TestThePrintedConfigurationIsThatOfNoConfiguration(t *testing.T) {
	t.Chdir(t.TempDir())
	at(t, testkit.Sample, func(d *desk) {
		without := d.settled("--data", "d")
		d.run(cli.Done, "serve", "--print-config")
		text := d.out.String()
		write(d.TB, "c.toml", text)
		if with := d.settled("--data", "d", "--config", "c.toml"); fmt.Sprintf("%+v", with) != fmt.Sprintf("%+v", without) {
			d.Errorf("%+v, without it %+v", with, without)
		}
		write(d.TB, "c.toml", regexp.MustCompile(`(?m)^# ([a-z_]+ = )`).ReplaceAllString(text, "$1"))
		d.settled("--data", "d", "--config", "c.toml") // every key that is commented out is one, too
	})
}

func TestAWrongConfigurationIsNamedByItsLine(t *testing.T) {
	t.Chdir(t.TempDir())
	at(t, testkit.Sample, func(d *desk) {
		for text, says := range map[string][]string{
			"data = \"d\"\n\ntls-cert = \"x\"\n": {"c.toml:3: there is no setting tls-cert", "did you mean tls_cert?"},
			"nonsense = 1\n":                     {"c.toml:1: there is no setting nonsense", "--print-config"},
			"[serve]\nlisten = \"a:1\"\n":        {"c.toml:1: there is no setting serve"},
			"\nlisten = 8420\n":                  {"c.toml:2: listen must be text in quotes"},
			"listen = \"a\nb\"":                  {"c.toml:1:"},
			"listen = \"a\"\nlisten = \"b\"":     {"c.toml:2: listen is there twice"},
			"listen = \"a\"\n[listen]":           {"c.toml:2: listen is there twice"},
			"listen = \"a\"\nLISTEN = \"b\"":     {"c.toml:2: there is no setting LISTEN", "did you mean listen?"},
			" \"Data\" = \"d\"":                  {"c.toml:1: there is no setting Data", "did you mean data?"},
		} {
			write(d.TB, "c.toml", text)
			d.run(cli.Failed, "serve", "--config", "c.toml", "--data", "d").says(append(says, "to do: ")...)
		}
		d.run(cli.Failed, "serve", "--config", "missing.toml").says("missing.toml cannot be read (no such file or directory)", "to do: ")
		d.run(cli.Usage, "serve", "--data", "d", "--log-level", "loud").says(`not "loud"`)
		d.run(cli.Usage, "serve", "--data", "d", "--log-format", "xml").says(`not "xml"`)
		write(d.TB, "c.toml", `database = "postgres://a:hunter2@b/c`)
		d.run(cli.Failed, "serve", "--config", "c.toml", "--data", "d").doesNotSay("hunter2")
	})
}

func TestAPasswordInTheConfigurationIsForItsOwnerOnly(t *testing.T) {
	t.Chdir(t.TempDir())
	at(t, testkit.Sample, func(d *desk) {
		write(d.TB, "c.toml", `database = "postgres://a:hunter2@b/c"`)
		if err := os.Chmod("c.toml", 0o644); err != nil {
			d.Fatal(err)
		}
		d.run(cli.Failed, "serve", "--config", "c.toml", "--data", "d").says("may be read by others", "chmod 600").doesNotSay("hunter2")
		if err := os.Chmod("c.toml", 0o600); err != nil {
			d.Fatal(err)
		}
		if o := d.settled("--config", "c.toml", "--data", "d"); o.Database.Reveal() != "postgres://a:hunter2@b/c" {
			d.Error("the address did not arrive")
		}
		d.run(cli.Failed, "backup", "x.dump", "--config", "c.toml").says("pg_dump").doesNotSay("hunter2")
	})
}

// The commands that keep a workspace find it where the service does.
func TestKeepingFindsTheWorkspaceOfTheConfiguration(t *testing.T) {
	t.Chdir(t.TempDir())
	at(t, testkit.Sample, func(d *desk) {
		write(d.TB, "c.toml", "data = \"from the file\"\nkey_file = \"k\"\n")
		var got cli.Kept
		d.deps.Keeper.BackUp = func(_ context.Context, k cli.Kept, _ string, _ bool) (cli.Saved, error) {
			got = k
			return cli.Saved{}, nil
		}
		d.run(cli.Done, "backup", "x", "--config", "c.toml")
		if got.Dir != "from the file" || got.KeyFile != "k" || !got.Database.Empty() {
			d.Errorf("%+v", got)
		}
	})
}

const operatingDoc = "../docs/operating.md"

// The document lists every setting as it is. With -update the list is written anew.
func TestTheOperatingDocumentListsEverySetting(t *testing.T) {
	name, err := filepath.Abs(operatingDoc)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- settings -->\n```toml\n", "```\n<!-- /settings -->"
	head, rest, ok := strings.Cut(string(doc), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("there is no place for the settings")
	}
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Done, "serve", "--print-config")
		want := head + begin + d.out.String() + end + tail
		if want == string(doc) {
			return
		}
		if f := flag.Lookup("update"); f == nil || f.Value.String() != "true" {
			d.Fatalf("%s does not list the settings as they are: go test ./cli -run Document -update", operatingDoc)
		}
		write(d.TB, name, want)
	})
}

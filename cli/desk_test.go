package cli_test

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/chain"
	"example.com/keyturn/cli"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/ui/testkit"
)

// desk is somebody who types commands against the fake service.
type desk struct {
	testing.TB
	world    *testkit.World
	deps     cli.Deps
	env      map[string]string
	out, err bytes.Buffer
	files    *files
	seen     string // folder of what was seen of histories
}

// files is the part of the service that the world does not have.
type files struct {
	*testkit.World
	t        testing.TB
	imported []models.Inventory
	report   models.ImportReport
	export   models.Inventory
	identify func(values []models.Secret) ([]*models.Identified, error) // nil: nobody may ask
}

func (f *files) Identify(_ context.Context, values []models.Secret) ([]*models.Identified, error) {
	if f.identify == nil {
		f.t.Error("the workspace was asked whose values are")
		return nil, nil
	}
	return f.identify(values)
}

func (f *files) Import(_ context.Context, inv models.Inventory, dryRun bool, key string) (models.ImportReport, error) {
	if key == "" {
		f.t.Error("an import without an idempotency key")
	}
	f.imported = append(f.imported, inv)
	for _, m := range inv.Members {
		f.Hunt().Add(m.Token)
	}
	for _, c := range slices.Concat(inv.CITokens, inv.LegacyKeys) {
		f.Hunt().Add(c.Value)
	}
	report := f.report
	report.DryRun = dryRun
	return report, nil
}

func (f *files) Export(context.Context) (models.Inventory, error) { return f.export, nil }

// clips is the world's clipboard as commands know it.
type clips struct{ *testkit.World }

func (c clips) Copy(ctx context.Context, value models.Secret) (string, bool, error) {
	delivery, err := c.Ports().Clipboard.Copy(ctx, value)
	return delivery.Sentence, delivery.Clearable, err
}

func (c clips) ClearIfOurs(ctx context.Context) (bool, error) {
	return c.Ports().Clipboard.ClearIfOurs(ctx)
}

// at tells a tale of commands over a workspace.
func at(t *testing.T, fill func(*testkit.World), tale func(*desk)) {
	t.Helper()
	testkit.Within(t, fill, func(t *testing.T, w *testkit.World) { tale(newDesk(t, w)) })
}

func newDesk(t testing.TB, w *testkit.World) *desk {
	d := &desk{TB: t, seen: t.TempDir(), world: w, files: &files{World: w, t: t}, env: map[string]string{"LOCALSTACK_AUTH_TOKEN": "lsdemo-admin"}}
	state := t.TempDir()
	w.Hunt().Learn("lsdemo-admin")
	w.Hunt().Learn(canary)
	w.KeepIn(filepath.Join(state, cli.PlansDir))
	ports := w.Ports()
	unwanted := func(what string) { t.Errorf("%s was opened", what) }
	d.deps = cli.Deps{
		Stdin: strings.NewReader(""), Stdout: &d.out, Stderr: &d.err, Env: func(name string) string { return d.env[name] },
		Now: time.Now, Zone: ports.Location, Version: "1.2.3",
		Serve: func(context.Context, cli.ServeOptions, func(cli.Serving) error) error {
			unwanted("the service")
			return nil
		},
		Demo:    func(context.Context, cli.DemoOptions, io.Writer) error { unwanted("the demo"); return nil },
		Console: func(context.Context, cli.ConsoleOptions) error { unwanted("the console"); return nil },
		Connect: func(endpoint string, token models.Secret) (cli.Remote, error) {
			if endpoint != cli.DefaultEndpoint || token.Reveal() != "lsdemo-admin" {
				t.Errorf("signed in at %s", endpoint)
			}
			history := &chain.Watch{Reader: d.files, Keeper: chain.Pins{Dir: d.seen}, Now: time.Now}
			return cli.Remote{Service: d.files, Rotator: ports.Rotator, Unfinished: rotation.New(nil), History: history, Plans: ports.Plans.(cli.Plans)}, nil
		},
		Local:     func() cli.Local { return ports.Local },
		Clipboard: func() cli.Clipboard { return clips{w} }, StateDir: state,
	}
	return d
}

// answers makes the desk a terminal at which somebody types these lines.
func (d *desk) answers(lines ...string) *desk {
	d.deps.InTTY, d.deps.OutTTY, d.deps.ErrTTY = true, true, true
	d.deps.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	return d
}

// run runs a command, and holds what it prints to the rules of every command.
func (d *desk) run(code int, args ...string) *desk {
	d.Helper()
	d.out.Reset()
	d.err.Reset()
	// The client bounds every call by itself; the fake service wants to see that somebody does.
	ctx, stop := context.WithTimeout(d.Context(), time.Minute)
	defer stop()
	got := cli.Execute(ctx, d.deps, args)
	if got != code {
		d.Fatalf("keyturn %s: exit code %d instead of %d\n%s%s", strings.Join(args, " "), got, code, &d.out, &d.err)
	}
	said := d.out.String() + d.err.String()
	if strings.ContainsAny(said, "\x1b\r\a\x00") {
		d.Errorf("keyturn %s prints a control character: %q", strings.Join(args, " "), said)
	}
	what := strings.Join(args, " ")
	d.world.Hunt().Keep("what keyturn "+what+" says beside its answer", d.err.Bytes())
	if !slices.Contains(args, "--reveal") && !slices.Contains(args, "--stdout") { // which ask for the value
		d.world.Hunt().Keep("what keyturn "+what+" answers", d.out.Bytes())
	}
	if slices.Contains(args, "--json") && d.err.Len() > 0 {
		d.Errorf("keyturn %s says beside its JSON: %s", strings.Join(args, " "), &d.err)
	}
	return d
}

// says looks for texts in what was printed, wherever it was printed.
func (d *desk) says(texts ...string) *desk {
	d.Helper()
	said := d.out.String() + d.err.String()
	for _, text := range texts {
		if !strings.Contains(said, text) {
			d.Errorf("%q is missing in:\n%s", text, said)
		}
	}
	return d
}

func (d *desk) doesNotSay(texts ...string) *desk {
	d.Helper()
	for _, text := range texts {
		if said := d.out.String() + d.err.String(); strings.Contains(said, text) {
			d.Errorf("%q is there in:\n%s", text, said)
		}
	}
	return d
}

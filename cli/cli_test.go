package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
)

func TestExitCodes(t *testing.T) {
	fault := func(f models.Fault) error { return &models.Error{Fault: f, Title: "no", Fix: "do this"} }
	for _, tc := range []struct {
		name  string
		args  []string
		token string
		err   error
		code  int
		says  string
	}{
		{"version", []string{"version"}, "", nil, Done, "keyturn 1.2.3"},
		{"unknown command", []string{"rotat"}, "", nil, Usage, "unknown command"},
		{"unknown flag", []string{"--token", "x"}, "", nil, Usage, "unknown flag"},
		{"unknown theme", []string{"--theme", "pink"}, "t", nil, Usage, "no theme"},
		{"no token", nil, "", nil, NotSignedIn, "LOCALSTACK_AUTH_TOKEN"},
		{"refused", nil, "t", fault(models.FaultUnauthorized), NotSignedIn, "do this"},
		{"unknown outcome", nil, "t", fault(models.FaultUnknown), Unknown, "do this"},
		{"failed", nil, "t", fault(models.FaultUnreachable), Failed, "do this"},
		{"console", nil, "t", nil, Done, ""},
		{"serve without a folder", []string{"serve"}, "", nil, Usage, "--data"},
		{"a password among the arguments", []string{"serve", "--data", "d", "--database", "postgres://me:hunter2@db/x"}, "", nil, Usage, "KEYTURN_DATABASE"},
		{"the flag for the version", []string{"--version"}, "", nil, Done, "keyturn 1.2.3"},
		{"a demo of nobody", []string{"demo", "--members", "0"}, "", nil, Usage, "at least one member"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := hunt.For(t)
			h.Learn("postgres://me:hunter2@db/x")
			var out bytes.Buffer
			h.Watch("what it says", out.Bytes)
			code := Execute(context.Background(), Deps{
				Stdout: &out, Stderr: &out, Version: "1.2.3",
				Env: func(name string) string { return map[string]string{"LOCALSTACK_AUTH_TOKEN": tc.token}[name] },
				Console: func(_ context.Context, o ConsoleOptions) error {
					if o.Endpoint != DefaultEndpoint || o.Token.Reveal() != tc.token {
						t.Errorf("console on %s", o.Endpoint)
					}
					return tc.err
				},
				Serve: func(context.Context, ServeOptions, func(Serving) error) error { t.Error("serve ran"); return nil },
				Demo:  func(context.Context, DemoOptions, io.Writer) error { t.Error("demo ran"); return nil },
			}, append([]string{}, tc.args...))
			if code != tc.code || !strings.Contains(out.String(), tc.says) {
				t.Errorf("exit code %d instead of %d, saying %q", code, tc.code, out.String())
			}
			if strings.Contains(out.String(), "hunter2") {
				t.Errorf("a password is repeated: %q", out.String())
			}
			if strings.Contains(out.String(), "\x1b") {
				t.Errorf("an escape byte: %q", out.String())
			}
		})
	}
}

func TestTheDatabaseComesFromTheFlagOrTheEnvironment(t *testing.T) {
	for _, tc := range []struct{ flag, variable, want string }{
		{"", "", ""},
		{"postgres://me@db/x", "", "postgres://me@db/x"},
		{"", "postgres://me:hunter2@db/x", "postgres://me:hunter2@db/x"},
		{"postgres://me@db/x", "postgres://you@db/y", "postgres://me@db/x"},
	} {
		h := hunt.For(t)
		h.Learn("postgres://me:hunter2@db/x")
		var got models.Secret
		code := Execute(context.Background(), Deps{
			Stdout: h.Writer("what it answers"), Stderr: h.Writer("what it says"), Env: func(name string) string { return map[string]string{"KEYTURN_DATABASE": tc.variable}[name] },
			Serve: func(_ context.Context, o ServeOptions, _ func(Serving) error) error { got = o.Database; return nil },
		}, []string{"serve", "--data", "d", "--database", tc.flag})
		if code != Done || got.Reveal() != tc.want {
			t.Errorf("%+v: exit code %d, the database is %q", tc, code, got.Reveal())
		}
	}
}

// What a panic says may be a value: it is told nowhere, and the file that says where it happened has none.
func TestAMistakeOfKeyturnsIsOneSentence(t *testing.T) {
	state := t.TempDir()
	hunt.For(t).Learn("ls-value")
	var stdout, stderr bytes.Buffer
	code := Execute(context.Background(), Deps{
		Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Now: time.Now, Zone: time.UTC,
		Env: func(name string) string {
			return map[string]string{"XDG_STATE_HOME": state, "LOCALSTACK_AUTH_TOKEN": "ls-value"}[name]
		},
		Connect: func(_ string, token models.Secret) (Remote, error) { panic("in the middle of " + token.Reveal()) },
	}, []string{"list", "ci-tokens"})
	said := stdout.String() + stderr.String()
	if code != Failed || strings.Count(said, "\n") != 1 || !strings.Contains(said, "keyturn itself has failed") || strings.Contains(said, "goroutine") {
		t.Errorf("exit code %d: %s", code, said)
	}
	files, err := filepath.Glob(filepath.Join(state, "keyturn", "crash-*.txt"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%d files say where it happened: %v", len(files), err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil || !strings.Contains(string(text), "cli.") || strings.Contains(said+string(text), "ls-value") {
		t.Errorf("the file does not say where it happened, or holds the value: %v", err)
	}
}

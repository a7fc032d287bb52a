package cli_test

import (
	"context"
	"strings"
	"testing"

	"example.com/keyturn/actions"
	"example.com/keyturn/cli"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

// commands finds every command by asking for help, as a user would.
func commands(d *desk, path ...string) [][]string {
	d.Helper()
	d.run(cli.Done, append(path, "--help")...)
	var found [][]string
	listing := false
	for line := range strings.Lines(d.out.String()) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasSuffix(line, ":"):
			listing = line != "Usage:" && line != "Examples:" && line != "Flags:" && line != "Global Flags:"
		case listing && strings.HasPrefix(line, "  "):
			name := strings.Fields(line)[0]
			if name != "help" && name != "completion" {
				sub := append(append([]string{}, path...), name)
				found = append(append(found, sub), commands(d, sub...)...)
			}
		}
	}
	return found
}

func TestEveryCommandSaysWhatItDoes(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		all := commands(d)
		if len(all) < 25 {
			t.Fatalf("only %d commands found: %v", len(all), all)
		}
		for _, path := range all {
			d.run(cli.Done, append(path, "--help")...).says("Usage:\n  keyturn "+strings.Join(path, " "), "Examples:\n  keyturn "+path[0])
			d.run(cli.Usage, append(path, "--nonsense")...).says("unknown flag: --nonsense")
		}
	})
}

func TestEveryActionOfTheCommandLineIsThere(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		seen := 0
		for _, spec := range actions.All() {
			if spec.Command == "" {
				continue
			}
			seen++
			words := strings.Fields(spec.Command)
			flag := ""
			if last := words[len(words)-1]; strings.HasPrefix(last, "--") {
				flag, words = last, words[:len(words)-1]
			}
			d.run(cli.Done, append(words, "--help")...).says("Usage:\n  keyturn "+strings.Join(words, " "), flag)
			tooltip := strings.TrimSuffix(spec.Tooltip, ".")
			d.run(cli.Done, append(words[:len(words)-1:len(words)-1], "--help")...)
			if flag == "" && spec.ID != actions.ResetOwn && spec.ID != actions.Extend {
				d.says(words[len(words)-1], tooltip)
			}
		}
		if seen < 15 {
			t.Errorf("only %d actions have a command", seen)
		}
	})
}

func TestCompletionKnowsTheNames(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Done, "__complete", "rotate", "dep")
		d.says("deploy\tCI token, active").doesNotSay("build")
		d.run(cli.Done, "__complete", "pause", "deploy", "ni").says("nightly")
		d.run(cli.Done, "__complete", "show", "deploy", "ni").doesNotSay("nightly")
		d.env["LOCALSTACK_AUTH_TOKEN"] = ""
		d.run(cli.Done, "__complete", "rotate", "dep").doesNotSay("deploy", "signed in")
		for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
			d.run(cli.Done, "completion", shell).says("keyturn")
		}
	})
}

func TestAnUnknownThemeIsRefusedWhereverItIsNamed(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.env["KEYTURN_THEME"] = "pink"
		d.run(cli.Usage).says(`KEYTURN_THEME: there is no theme "pink"`, "high-contrast")
		d.run(cli.Usage, "--theme", "mauve").says(`--theme: there is no theme "mauve"`)
		opened := false
		d.deps.Console = func(context.Context, cli.ConsoleOptions) error { opened = true; return nil }
		if d.run(cli.Done, "--theme", "light"); !opened {
			t.Error("a theme that is overruled keeps the console shut")
		}
	})
}

func TestTheConsoleIsOpenedAsAsked(t *testing.T) {
	for _, tc := range []struct {
		args []string
		env  map[string]string
		want cli.ConsoleOptions
	}{
		{nil, nil, cli.ConsoleOptions{Endpoint: cli.DefaultEndpoint}},
		{[]string{"--endpoint", "http://127.0.0.1:1"}, map[string]string{"KEYTURN_ENDPOINT": "http://127.0.0.1:2"}, cli.ConsoleOptions{Endpoint: "http://127.0.0.1:1"}},
		{nil, map[string]string{"KEYTURN_ENDPOINT": "http://127.0.0.1:2"}, cli.ConsoleOptions{Endpoint: "http://127.0.0.1:2"}},
		{[]string{"--accessible", "--read-only"}, nil, cli.ConsoleOptions{Endpoint: cli.DefaultEndpoint, ScreenOptions: cli.ScreenOptions{Lines: true, ReadOnly: true}}},
		{nil, map[string]string{"ACCESSIBLE": "1"}, cli.ConsoleOptions{Endpoint: cli.DefaultEndpoint, ScreenOptions: cli.ScreenOptions{Lines: true}}},
		{nil, map[string]string{"TERM": "dumb"}, cli.ConsoleOptions{Endpoint: cli.DefaultEndpoint, ScreenOptions: cli.ScreenOptions{Lines: true}}},
		{[]string{"--no-color"}, nil, cli.ConsoleOptions{Endpoint: cli.DefaultEndpoint, ScreenOptions: cli.ScreenOptions{Theme: "none"}}},
		{[]string{"--theme", "light"}, nil, cli.ConsoleOptions{Endpoint: cli.DefaultEndpoint, ScreenOptions: cli.ScreenOptions{Theme: "light"}}},
	} {
		at(t, testkit.Sample, func(d *desk) {
			for name, value := range tc.env {
				d.env[name] = value
			}
			tc.want.Token = models.NewSecret("lsdemo-admin")
			opened := 0
			d.deps.Console = func(_ context.Context, o cli.ConsoleOptions) error {
				opened++
				if !o.Token.Equal(tc.want.Token) || o.Endpoint != tc.want.Endpoint || o.ScreenOptions != tc.want.ScreenOptions {
					t.Errorf("%v: %+v", tc.args, o)
				}
				return nil
			}
			d.run(cli.Done, tc.args...)
			if opened != 1 {
				t.Errorf("%v: opened %d times", tc.args, opened)
			}
		})
	}
}

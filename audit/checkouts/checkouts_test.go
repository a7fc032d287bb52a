package checkouts_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/audit/checkouts"
	"example.com/keyturn/durable"
)

func TestTheListKeepsTheNewestFirst(t *testing.T) {
	list := checkouts.List{Disk: durable.OS{}, Dir: filepath.Join(t.TempDir(), "state")}
	if got, err := list.Load(); err != nil || got != nil {
		t.Fatalf("an empty list is %v, %v", got, err)
	}
	at := time.Date(2026, 11, 23, 15, 4, 0, 0, time.UTC)
	shop, web := checkouts.Entry{Root: "/src/shop", At: at, Errors: 1, Fixable: 2}, checkouts.Entry{Root: "/src/web", At: at, Partial: true}
	for _, e := range []checkouts.Entry{shop, web, shop} {
		if err := list.Put(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	got, err := list.Load()
	if diff := cmp.Diff([]checkouts.Entry{shop, web}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if err := list.Remove(t.Context(), "/src/shop"); err != nil {
		t.Fatal(err)
	}
	if got, _ := list.Load(); len(got) != 1 || got[0].Root != "/src/web" {
		t.Errorf("left is %v", got)
	}
}

// Several consoles may end their scans at once: none forgets what another one has kept.
func TestConsolesKeepTheirListsTogether(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for _, root := range []string{"/a", "/b", "/c", "/d"} {
		all.Go(func() {
			if err := (checkouts.List{Disk: durable.OS{}, Dir: dir}).Put(t.Context(), checkouts.Entry{Root: root}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got, err := (checkouts.List{Disk: durable.OS{}, Dir: dir}).Load(); err != nil || len(got) != 4 {
		t.Errorf("kept are %v, %v", got, err)
	}
}

func TestADamagedListIsNotTakenForNone(t *testing.T) {
	for _, text := range []string{"", "{", `{"version":2}`, `{"version":1,"checkouts":[{"root":"../x"}]}`} {
		dir := t.TempDir()
		list := checkouts.List{Disk: durable.OS{}, Dir: dir}
		name := filepath.Join(dir, "checkouts.json")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := list.Load(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%q is read with %v", text, err)
		}
		if err := list.Put(t.Context(), checkouts.Entry{Root: "/a"}); err == nil {
			t.Errorf("%q was replaced", text)
		}
	}
}

func TestWithoutAFolderNothingIsKept(t *testing.T) {
	list := checkouts.List{Disk: durable.OS{}}
	if err := errors.Join(list.Put(t.Context(), checkouts.Entry{Root: "/a"}), list.Remove(t.Context(), "/a")); err != nil {
		t.Error(err)
	}
	if got, err := list.Load(); got != nil || err != nil {
		t.Errorf("%v, %v", got, err)
	}
}

// disk makes folders, and one file, "src/app/main.go".
func disk(t *testing.T) checkouts.Places {
	t.Helper()
	home, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"src/app/.git", "src/app/deep/er", "src/api", "src/.hidden", "alone"} {
		if err := os.MkdirAll(filepath.Join(home, dir), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(home, "src/app/main.go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(home, "src/app"), filepath.Join(home, "src/aside")); err != nil {
		t.Skip("no links here")
	}
	return checkouts.Places{Home: home, Cwd: filepath.Join(home, "src/app/deep/er")}
}

func TestWhatIsTypedBecomesAFolder(t *testing.T) {
	p := disk(t)
	app := filepath.Join(p.Home, "src/app")
	for typed, want := range map[string]string{
		"~/src/app": app, "~/src/app/": app, "  ~/src/app  ": app, "../..": app, app: app, app + "/deep/..": app, "~/src/aside": app, "~": p.Home, ".": p.Cwd,
	} {
		if got, err := p.Resolve(typed); err != nil || got != want {
			t.Errorf("%q becomes %q, %v; want %q", typed, got, err, want)
		}
	}
	for typed, want := range map[string]string{
		"":                  "type the path of a folder",
		"~/nowhere":         "there is no folder ~/nowhere",
		"nowhere/at/all":    "there is no folder nowhere/at/all",
		"~/src/app/main.go": "~/src/app/main.go is a file: name the folder that it is in",
		"~ben/src":          "~ben/src is somebody else's home folder: write the whole path",
		"~/src/app/main.go/x": map[bool]string{
			true: "there is no folder ~/src/app/main.go/x", false: "~/src/app/main.go/x cannot be read: not a directory",
		}[runtime.GOOS == "windows"],
	} {
		if got, err := p.Resolve(typed); err == nil || err.Error() != want {
			t.Errorf("%q becomes %q, %v; want %q", typed, got, err, want)
		}
	}
	if _, err := (checkouts.Places{Cwd: p.Cwd}).Resolve("~/src"); err == nil || !strings.Contains(err.Error(), "home folder is not known") {
		t.Errorf("without a home: %v", err)
	}
}

func TestWhatCannotBeReadIsNoFolderToScan(t *testing.T) {
	p := disk(t)
	closed := filepath.Join(p.Home, "alone")
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(closed, 0o700) })
	if f, err := os.Open(closed); err == nil {
		_ = f.Close()
		t.Skip("whoever runs this may read everything")
	}
	if _, err := p.Resolve("~/alone"); err == nil || err.Error() != "~/alone cannot be read: permission denied" {
		t.Errorf("it is refused with %v", err)
	}
}

func TestFoldersAreCompleted(t *testing.T) {
	p := disk(t)
	for typed, want := range map[string][]string{
		"~":              {"~/"},
		"~/s":            {"~/src/"},
		"~/src/a":        {"~/src/api/", "~/src/app/", "~/src/aside/"},
		"~/src/":         {"~/src/api/", "~/src/app/", "~/src/aside/"},
		"~/src/.":        {"~/src/.hidden/"},
		"../../d":        {"../../deep/"},
		"~/src/app/main": nil,
	} {
		got, err := p.Complete(typed)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v %s", typed, err, diff)
		}
	}
	if _, err := p.Complete("~/nowhere/x"); err == nil || !strings.Contains(err.Error(), "there is no folder ~/nowhere/") {
		t.Errorf("it is refused with %v", err)
	}
}

func TestTheCheckoutAroundAFolder(t *testing.T) {
	p := disk(t)
	if got := p.Here(); got != filepath.Join(p.Home, "src/app") {
		t.Errorf("found %q", got)
	}
	p.Cwd = filepath.Join(p.Home, "src/api")
	if got := p.Here(); got != "" && strings.HasPrefix(got, p.Home) {
		t.Errorf("found %q", got)
	}
}

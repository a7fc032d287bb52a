package hunt_test

import (
	crand "crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
)

func newValue(t testing.TB) models.Secret {
	t.Helper()
	value, err := models.NewToken(crand.Reader, "ls")
	must(t, err)
	return value
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A hunt that finds nothing must be one that would.
func TestTheHuntFindsEveryForm(t *testing.T) {
	h := &hunt.Hunt{}
	value := newValue(t)
	h.Add(value)
	v := value.Reveal()
	for before := range 7 {
		around := strings.Repeat("x", before) + v + "and so on"
		for name, text := range map[string]string{
			"as it is": around, "cut short": v[:len(v)*3/4], "base64": base64.StdEncoding.EncodeToString([]byte(around)),
			"base64 for addresses": base64.RawURLEncoding.EncodeToString([]byte(around)), "hex": hex.EncodeToString([]byte(around)),
			"numbers": fmt.Sprint([]byte(around)), "quoted": fmt.Sprintf("%q", around), "in an address": url.QueryEscape(around),
		} {
			if !h.Finds([]byte(text)) {
				t.Errorf("%s, behind %d bytes: not found", name, before)
			}
		}
	}
	if h.Finds([]byte(newValue(t).Reveal())) {
		t.Error("another value was taken for it")
	}
}

// The shortest values that are known, and what is too short to be one.
func TestShortValuesAreFoundToo(t *testing.T) {
	h := &hunt.Hunt{}
	h.Learn("q7w2e9r4t1")
	for _, text := range []string{"q7w2e9r4t1", base64.StdEncoding.EncodeToString([]byte("-q7w2e9r4t1-")), hex.EncodeToString([]byte("q7w2e9r4t1"))} {
		if !h.Finds([]byte(text)) {
			t.Errorf("%s was not found", text)
		}
	}
	h.Learn("x")
	h.Learn("")
	if h.Values() != 1 || h.Finds([]byte("xxxxxxxxxxxxxxxx")) {
		t.Error("it looks for what is no value")
	}
}

// Wherever a test leaves a value, it fails, also where it came before anybody knew that it is one; and where it is
// meant to be it may be.
func TestWhatATestLeavesIsSearched(t *testing.T) {
	value := newValue(t).Reveal()
	hunt.Leaks(t, func(t testing.TB) {
		dir := t.TempDir()
		h := hunt.For(t)
		if hunt.For(t) != h {
			t.Error("a test has two hunts")
		}
		log := ""
		h.Watch("the log", func() []byte { return []byte(log) })
		h.Keep("what was said", []byte(value))
		write := func(name string) string {
			path := filepath.Join(dir, name)
			must(t, os.MkdirAll(filepath.Dir(path), 0o700))
			must(t, os.WriteFile(path, []byte("a "+value), 0o600))
			return path
		}
		write("deep/down/file")
		write("meant/by/folder")
		h.Except(filepath.Join(dir, "meant"), "the test says so")
		h.Except(write("meant by path"), "the test says so")
		h.Except("meant*", "the test says so")
		write("deep/meant by name")
		gone := write("log-of-what-goes")
		h.KeepFiles(t, filepath.Join(dir, "log-*"))
		must(t, os.Remove(gone))
		t.Cleanup(func() { write("last word") })
		log = value
		elsewhere, err := os.MkdirTemp("", "keyturn-elsewhere-")
		must(t, err)
		t.Cleanup(func() { must(t, os.RemoveAll(elsewhere)) })
		h.Folder(t, elsewhere)
		must(t, os.WriteFile(filepath.Join(elsewhere, "in another folder"), []byte(value), 0o600))
		half := value[:20]
		for range 2 {
			fmt.Fprint(h.Writer("what is written"), half)
			half = value[len(half):]
		}
		h.Last("a reader", func(left []hunt.Text) {
			for _, text := range left {
				if _, v, ok := strings.Cut(string(text.Bytes), " "); ok {
					h.Learn(v)
				}
			}
		})
	}, "the log", "what was said", "deep/down/file", "log-of-what-goes", "last word", "in another folder", "what is written")
}

// What everybody may read of a program.
func TestAProgramIsSearched(t *testing.T) {
	value := newValue(t).Reveal()
	for place, tc := range map[string]struct {
		args []string
		env  string
	}{
		"the arguments of sleep":   {[]string{"60", value}, ""},
		"the environment of sleep": {nil, "OTHER=" + value},
		"":                         {nil, "MEANT=" + value},
	} {
		var places []string
		if place != "" {
			places = append(places, place)
		}
		hunt.Leaks(t, func(t testing.TB) {
			h := hunt.For(t)
			h.Learn(value)
			cmd := exec.Command("sleep", append([]string{"60"}, tc.args...)...)
			cmd.Env = []string{"A=b", tc.env}
			h.Process(t, cmd, "MEANT")
		}, places...)
	}
	sleeper := exec.Command("sleep", "60")
	sleeper.Env = []string{"OTHER=" + value}
	must(t, sleeper.Start())
	said := hunt.Caught(t, func(t testing.TB) {
		h := hunt.For(t)
		h.Learn(value)
		h.Process(t, sleeper)
	})
	must(t, sleeper.Process.Kill())
	_ = sleeper.Wait()
	if _, err := os.Stat("/proc/self/environ"); err == nil && (len(said) != 2 || !strings.Contains(strings.Join(said, ""), "in environ of sleep")) {
		t.Errorf("of a program that runs it says %q", said)
	}
}

// A test that ends in the middle is searched all the same, and its own complaints are heard.
func TestAFailingTestIsSearched(t *testing.T) {
	value := newValue(t).Reveal()
	said := hunt.Caught(t, func(t testing.TB) {
		h := hunt.For(t)
		h.Learn(value)
		h.Keep("the log", []byte(value))
		t.Fatal("its own")
	})
	if len(said) != 2 || !strings.Contains(said[0], "its own") || !strings.Contains(said[1], "a value lies in the log, at byte 0 of") || strings.Contains(said[1], value) {
		t.Errorf("it says %q", said)
	}
}

// What outlives the tests is searched for the values of all of them.
func TestWhatOutlivesATestIsSearched(t *testing.T) {
	value := newValue(t).Reveal()
	t.Run("a test", func(t *testing.T) { hunt.For(t).Learn(value) })
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, "outlives"), []byte("harmless"), 0o600))
	if err := hunt.Everything().Below(folder); err != nil {
		t.Errorf("it finds what is not there: %v", err)
	}
	must(t, os.WriteFile(filepath.Join(folder, "outlives"), []byte(value), 0o600))
	for _, place := range []string{folder, filepath.Join(folder, "outlives")} {
		if err := hunt.Everything().Below(place); err == nil || strings.Contains(err.Error(), value) {
			t.Errorf("of what outlives the test it says %v", err)
		}
	}
}

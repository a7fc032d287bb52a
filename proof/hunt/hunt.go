// Package hunt looks for secrets where none may be, for tests: in files, logs, streams, arguments and
// environments, in every form in which a value might lie there.
//
// Whoever starts a service, a console or a command in a test hunts there with For: every value that comes by is
// added, and when the test ends, all that it leaves is searched. Where a value is meant to be, that is said with
// Except, by name and with the reason.
package hunt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"example.com/keyturn/models"
)

// Hunt knows values, and looks for them. The zero one knows none. It is safe for concurrent use.
type Hunt struct {
	mu      sync.Mutex
	values  map[string]bool
	needles needles
	places  map[string]bool
	bytes   int

	whole // of a hunt that goes on until a test ends
}

// Add adds a value to look for. What is shorter than eight characters is no secret, and cannot be told from
// anything else.
func (h *Hunt) Add(values ...models.Secret) {
	for _, v := range values {
		h.Learn(v.Reveal())
	}
}

// Learn is Add for a value that is at hand as it is. It returns the value.
func (h *Hunt) Learn(value string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.learn(value)
	return value
}

func (h *Hunt) learn(value string) {
	if len(value) < headLen || h.values[value] {
		return
	}
	if h.values == nil {
		h.values = map[string]bool{}
	}
	h.values[value] = true
	h.needles.add(forms(value)...)
}

// Values is how many values it looks for.
func (h *Hunt) Values() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.values)
}

// Finds reports whether a value lies in a text.
func (h *Hunt) Finds(text []byte) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.needles.find(text) >= 0
}

// complaint is how a find is told. The value is not.
const complaint = "I8: a value lies in "

// In looks in one place.
func (h *Hunt) In(t testing.TB, place string, text []byte) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.places == nil {
		h.places = map[string]bool{}
	}
	h.bytes += len(text)
	h.places[place] = true
	if at := h.needles.find(text); at >= 0 {
		t.Errorf(complaint+"%s, at byte %d of %d", place, at, len(text))
	}
}

// Merge takes in what another one knows, and where it has looked.
func (h *Hunt) Merge(other *Hunt) {
	h.mu.Lock()
	defer h.mu.Unlock()
	other.mu.Lock()
	defer other.mu.Unlock()
	for value := range other.values {
		h.learn(value)
	}
	if h.places == nil {
		h.places = map[string]bool{}
	}
	for place := range other.places {
		h.places[place] = true
	}
	h.bytes += other.bytes
}

// String is what was looked for, and where.
func (h *Hunt) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return fmt.Sprintf("%d values in %d forms, looked for in %d places, %d KiB", len(h.values), h.needles.count, len(h.places), h.bytes/1024)
}

// InFiles looks in the files of a folder but those that are told to hold a value.
func (h *Hunt) InFiles(t testing.TB, place, dir string, except ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() || slices.Contains(except, e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		h.In(t, place+" "+e.Name(), text)
	}
}

// InProcess looks at what every process of the machine may read of a process that lives.
func (h *Hunt) InProcess(t testing.TB, whose string, pid int, except ...string) {
	t.Helper()
	for name, text := range readable(t, pid, except...) {
		h.In(t, name+" of "+whose, text)
	}
}

// readable is what every process of the machine may read of a process that lives, but for variables of its
// environment that are told to hold a value. It is nothing where there is no /proc, or no such process any more.
func readable(t testing.TB, pid int, except ...string) map[string][]byte {
	t.Helper()
	texts := map[string][]byte{}
	for _, name := range []string{"cmdline", "environ"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			return texts
		}
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = text
	}
	texts["environ"] = without(strings.Split(string(texts["environ"]), "\x00"), except)
	return texts
}

// without is an environment without the variables of those names.
func without(env, names []string) []byte {
	env = slices.DeleteFunc(slices.Clone(env), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(names, name)
	})
	return []byte(strings.Join(env, "\x00"))
}

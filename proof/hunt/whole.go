package hunt

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// Text is what was found in one place.
type Text struct {
	Place string // for a file that is left: its whole name
	Bytes []byte
}

// whole is what a hunt has that goes on until a test ends.
type whole struct {
	idle    bool                    // a benchmark
	folder  string                  // above all temporary folders of the test
	kept    []Text                  // as it was at some time
	going   map[string]Text         // files as they were when they were about to go, by their whole names
	left    []Text                  // of folders elsewhere
	writers map[string]*writer      // by place
	sources []func() Text           // as it is in the end
	meant   map[string]string       // names of files, or paths, where a value is meant to be, and why
	lookers map[string]func([]Text) // what looks at all that is left, and adds values
}

var (
	open   = map[testing.TB]*Hunt{}
	openMu sync.Mutex
)

// For is the hunt of a test, the same one each time. When the test ends, everything in its temporary folders, and
// what Keep and Watch were told of, is searched for every value that is known by then. It must be asked for before
// whatever it is to see the end of: what is cleaned up earlier has been closed, and has written its last word.
//
// A benchmark proves nothing of the kind, and its folders are large: nothing is looked for there.
func For(t testing.TB) *Hunt {
	t.Helper()
	openMu.Lock()
	defer openMu.Unlock()
	if h := open[t]; h != nil {
		return h
	}
	h := &Hunt{}
	_, h.idle = t.(*testing.B)
	h.folder, h.meant, h.lookers = filepath.Dir(t.TempDir()), map[string]string{}, map[string]func([]Text){}
	h.going, h.writers = map[string]Text{}, map[string]*writer{}
	open[t] = h
	t.Cleanup(func() {
		t.Helper()
		openMu.Lock()
		delete(open, t)
		openMu.Unlock()
		if !h.idle {
			h.end(t)
		}
	})
	return h
}

// Keep keeps what lies somewhere now, for the end: then more values are known.
func (h *Hunt) Keep(place string, text []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.kept = append(h.kept, Text{place, slices.Clone(text)})
}

// KeepFiles keeps what the files hold now that match a pattern: they are about to go. Of one that goes several
// times, the last is kept.
func (h *Hunt) KeepFiles(t testing.TB, pattern string) {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
		h.mu.Lock()
		h.going[name] = Text{name, text}
		h.mu.Unlock()
	}
}

// Folder has a folder searched too that is not one of the test's own: as it is before whatever has been asked to
// clean up by now does.
func (h *Hunt) Folder(t testing.TB, dir string) {
	t.Helper()
	t.Cleanup(func() {
		left, err := files(dir)
		if err != nil {
			t.Error(err)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.left = append(h.left, left...)
	})
}

// Writer is a place that is written to, such as a log: the same one for the same name.
func (h *Hunt) Writer(place string) io.Writer {
	h.mu.Lock()
	defer h.mu.Unlock()
	w := h.writers[place]
	if w == nil {
		w = &writer{}
		h.writers[place] = w
		h.sources = append(h.sources, func() Text { return Text{place, w.bytes()} })
	}
	return w
}

// Log is a log of everything, down to the least, at that place. That of a benchmark writes nothing.
func (h *Hunt) Log(place string) *slog.Logger {
	if h.idle {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(h.Writer(place), &slog.HandlerOptions{Level: slog.LevelDebug}))
}

type writer struct {
	mu   sync.Mutex
	text []byte
}

func (w *writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = append(w.text, p...)
	return len(p), nil
}

func (w *writer) bytes() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.text)
}

// Watch has a place searched as it is in the end.
func (h *Hunt) Watch(place string, text func() []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sources = append(h.sources, func() Text { return Text{place, text()} })
}

// Except says where a value is meant to be, and why: a file of that path, all below a folder, or, without a
// slash, every file with such a name.
func (h *Hunt) Except(name, why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.meant[name] = why
}

// Last has something look at all that is left, values and all, before it is searched: it may add what it reads.
// There is one of a name.
func (h *Hunt) Last(name string, look func(left []Text)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lookers[name] = look
}

// Process keeps what everybody may read of a program that a test runs: its arguments, and its environment but for
// the variables in which a value is meant to be. While it runs, the system is asked as well.
func (h *Hunt) Process(t testing.TB, cmd *exec.Cmd, except ...string) {
	t.Helper()
	whose := " of " + filepath.Base(cmd.Path)
	h.Keep("the arguments"+whose, []byte(strings.Join(cmd.Args, "\x00")))
	h.Keep("the environment"+whose, without(cmd.Environ(), except))
	if cmd.Process == nil {
		return
	}
	for name, text := range readable(t, cmd.Process.Pid, except...) {
		h.Keep(name+whose, text)
	}
}

// end searches all that a test has left.
func (h *Hunt) end(t testing.TB) {
	t.Helper()
	left, err := files(h.folder)
	if err != nil {
		t.Error(err)
	}
	h.mu.Lock()
	w := h.whole
	h.mu.Unlock()
	left = append(left, w.left...)
	for _, look := range w.lookers {
		look(left)
	}
	texts := slices.AppendSeq(slices.Clone(w.kept), maps.Values(w.going))
	for _, source := range w.sources {
		texts = append(texts, source())
	}
	for _, file := range left {
		if !w.isMeant(file.Place) {
			texts = append(texts, file)
		}
	}
	for _, text := range texts {
		h.In(t, text.Place, text.Bytes)
	}
	if _, meant := t.(*fake); !meant {
		everything.Merge(h)
		ended.Add(1)
	}
}

func (w *whole) isMeant(path string) bool {
	for name := range w.meant {
		named, err := filepath.Match(name, filepath.Base(path))
		if named && err == nil || path == name || strings.HasPrefix(path, name+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

// everything is what all hunts of this process have looked for that have ended.
var everything Hunt

// ended is how many tests that was.
var ended atomic.Int64

// Everything is a hunt for all values of the tests that have ended, for what outlives them.
func Everything() *Hunt { return &everything }

// Told is what all tests of this process have looked for.
func Told() string { return fmt.Sprintf("block I: %d tests with %s", ended.Load(), &everything) }

// Below fails if a value lies in a file of one of these folders, or in one of these files.
func (h *Hunt) Below(folders ...string) (err error) {
	for _, folder := range folders {
		left, failed := files(folder)
		err = errors.Join(err, failed)
		for _, file := range left {
			if h.Finds(file.Bytes) {
				err = errors.Join(err, errors.New(complaint+file.Place))
			}
		}
	}
	return err
}

// files are all files below a folder, or a single one.
func files(dir string) (all []Text, err error) {
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it has just gone
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		all = append(all, Text{name, text})
		return err
	})
	if err != nil {
		return all, fmt.Errorf("look at what a test has left: %w", err)
	}
	return all, nil
}

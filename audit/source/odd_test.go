package source

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"
)

// wide is a text in UTF-16 with its mark.
func wide(order binary.AppendByteOrder, text string) string {
	out := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, u)
	}
	return string(out)
}

func TestOddTexts(t *testing.T) {
	bom := "\ufeff"
	dir := folderAt(t, t.TempDir(), map[string]string{
		"wide-le": wide(binary.LittleEndian, "ä "+needle+" 🔑\r\n"), "wide-be": wide(binary.BigEndian, needle), "wide-cut": wide(binary.LittleEndian, needle) + "x",
		"marked": bom + needle + "\r\n", "invalid": "\xff\xc3( " + needle + " \xf0\x28", "zero-early": needle + "\x00", "empty": "", "no newline": "a\n" + needle,
		"zero-late": strings.Repeat("x", headSize) + "\x00" + needle, "wider": "\xff\xfe\x00\x00n\x00\x00\x00" + needle, "only-mark": "\xff\xfe",
		"large-binary": "\x00" + strings.Repeat(needle, 1<<15),
	})
	m := readAll(t, Options{Paths: []string{dir}})
	m.expect(t, "wide-le", "wide-be", "wide-cut", "marked", "invalid", "no newline", "zero-late")
	m.expectSkipped(t, "zero-early: binary", "wider: binary", "large-binary: binary")
	if f := m.files["wide-le"]; string(f.Raw) != "ä "+needle+" 🔑\r\n" || f.NoFix != isWide {
		t.Errorf("%q %q", f.Raw, f.NoFix)
	}
	for name, text := range map[string]string{"marked": bom + needle + "\r\n", "invalid": "\xff\xc3( " + needle + " \xf0\x28"} {
		if f := m.files[name]; string(f.Raw) != text || f.NoFix != "" {
			t.Errorf("%s: %q %q", name, f.Raw, f.NoFix)
		}
	}
	if m.Bytes > 1<<18 {
		t.Errorf("%d bytes were read: a large binary file is not read to its end", m.Bytes)
	}
}

func TestLargeFilesAreReadInParts(t *testing.T) {
	line := strings.Repeat("words and more words, ", 4) + "\n"
	before := strings.Repeat(line, 9<<20/len(line))
	last := before + "x ä " + needle + " y\n" + line
	dir := folderAt(t, t.TempDir(), map[string]string{"log": last, "dull": before, "wide": wide(binary.LittleEndian, last), "binary": "\x00" + last, "lines.json": strings.ReplaceAll(last, "\n", " ")})
	m := readAll(t, Options{Paths: []string{dir}})
	m.expect(t, "log", "wide", "lines.json")
	m.expectSkipped(t, "binary: binary")
	for _, name := range []string{"log", "wide"} {
		f := m.files[name]
		begin := bytes.Count(f.Raw[:bytes.Index(f.Raw, []byte(needle))], []byte("\n"))
		if !f.Part || f.NoFix == "" || f.Column != 0 || f.Line+begin != strings.Count(before, "\n") || len(f.Raw) > part {
			t.Errorf("%s: a part of %d bytes from line %d, and %d in it", name, len(f.Raw), f.Line, begin)
		}
	}
	f := m.files["lines.json"]
	if at := f.Column + len([]rune(string(f.Raw[:bytes.Index(f.Raw, []byte(needle))]))); f.Line != 0 || at != len(before)+4 {
		t.Errorf("in one line it is at %d, not %d", at, len(before)+4)
	}
	if len(m.Remarks) != 3 || !strings.Contains(m.Remarks[0].Text, "in parts") {
		t.Errorf("%v", m.Remarks)
	}
}

// The memory does not grow with the file: here it may only be what a few parts need.
func TestLargeFilesNeedLittleMemory(t *testing.T) {
	name := filepath.Join(t.TempDir(), "large")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	chunk := bytes.Repeat([]byte("all work and no play makes Jack a dull boy\n"), 1<<14)
	for range 100 {
		if _, err := f.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m := readAll(t, Options{Paths: []string{name}, Workers: 1})
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 || m.Bytes < int64(100*len(chunk))*99/100 {
		t.Errorf("%d bytes of memory for %d that were read", used, m.Bytes)
	}
}

func TestStandardInput(t *testing.T) {
	m := readAll(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader("a " + needle), StdinName: "ci/.github/x.yml"})
	m.expect(t, "ci/.github/x.yml")
	if f := m.files["ci/.github/x.yml"]; f.NoFix == "" || f.InRepo != "ci/.github/x.yml" {
		t.Errorf("%+v", f)
	}
	m = readAll(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(strings.Repeat("no\n", 3<<20) + needle)})
	m.expect(t, "stdin")
	if f := m.files["stdin"]; !f.Part || f.Line == 0 {
		t.Errorf("%v %d", f.Part, f.Line)
	}
	m = readAll(t, Options{Paths: []string{"-"}, Stdin: &broken{}})
	m.expectSkipped(t, "!stdin: the line went dead")
}

type broken struct{ begun bool }

func (b *broken) Read(p []byte) (int, error) {
	if b.begun {
		return 0, errors.New("the line went dead")
	}
	b.begun = true
	return copy(p, needle), nil
}

func TestNoLinkLeadsOutOfARoot(t *testing.T) {
	outside := folderAt(t, t.TempDir(), map[string]string{"secret": needle, "d/secret": needle})
	for _, kind := range []string{"plain", "checkout", "slowly"} {
		t.Run(kind, func(t *testing.T) {
			r := newRepository(t, map[string]string{"a": needle, "was/tracked": needle})
			if kind == "checkout" {
				r.commit(nil)
			} else if err := os.RemoveAll(filepath.Join(r.dir, ".git")); err != nil {
				t.Fatal(err)
			}
			if err := os.RemoveAll(filepath.Join(r.dir, "was")); err != nil {
				t.Fatal(err)
			}
			symlink(t, filepath.Join(outside, "d"), filepath.Join(r.dir, "was"))
			symlink(t, filepath.Join(outside, "d", "secret"), filepath.Join(r.dir, "file"))
			symlink(t, ".", filepath.Join(r.dir, "loop"))
			symlink(t, "gone", filepath.Join(r.dir, "dangling"))
			m := readAll(t, Options{Paths: []string{r.dir}, slowly: kind == "slowly"})
			m.expect(t, "a")
			want := []string{"dangling: a symbolic link", "file: a symbolic link", "loop: a symbolic link", "was: a symbolic link"}
			if kind == "checkout" {
				want = append(want, "was/tracked: a symbolic link")
			}
			m.expectSkipped(t, want...)
		})
	}
}

func TestPathsThatAreNone(t *testing.T) {
	dir := folderAt(t, t.TempDir(), map[string]string{"in/a": needle, "secret": needle})
	for _, slowly := range []bool{false, true} {
		files, err := openFolder(filepath.Join(dir, "in"), slowly)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"../secret", "/etc/passwd", filepath.Join(dir, "secret"), "a/../../secret", "x\x00y", "", "..", "in/../a/b"} {
			if f, _, err := files.open(path, &quick{}); err == nil {
				_ = f.Close()
				t.Errorf("%q is opened", path)
			}
		}
		f, size, err := files.open("a", &quick{})
		if err != nil || size != int64(len(needle)) {
			t.Fatal(err)
		}
		_ = f.Close()
		files.release()
	}
}

func TestWhatVanishesIsNotMissed(t *testing.T) {
	dir := folderAt(t, t.TempDir(), map[string]string{"a": needle, "file": "x"})
	for _, slowly := range []bool{false, true} {
		s := newScan(t.Context(), Options{}, func(File) error { return nil })
		files, err := openFolder(dir, slowly)
		if err != nil {
			t.Fatal(err)
		}
		r := Root{Name: dir, Folder: dir}
		if err := s.give(filesJob{root: &r, files: files, paths: []string{"gone", "file/below", "a"}}); err != nil {
			t.Fatal(err)
		}
		s.work(1)
		if o := s.outcome(1); o.Files != 1 || len(o.Skipped) > 0 {
			t.Errorf("%+v", o)
		}
	}
}

func TestUnreadableThingsAreCounted(t *testing.T) {
	if os.Getuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("nothing is unreadable for root")
	}
	r := newRepository(t, map[string]string{"a": needle, "file": needle, "folder/x": needle})
	for _, name := range []string{"file", "folder"} {
		at := filepath.Join(r.dir, name)
		if err := os.Chmod(at, 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(at, 0o755) })
	}
	m := readAll(t, Options{Paths: []string{r.dir}})
	m.expect(t, "a")
	m.expectSkipped(t, "!file: it may not be read", "!folder/: permission denied")
}

func TestAFolderThatGitCannotOpenIsCounted(t *testing.T) {
	s := newScan(t.Context(), Options{}, nil)
	l := lister{scan: s, root: Root{within: "mods/one/"}}
	l.heed([]string{"warning: could not open directory 'it's here/x/': Permission denied", "warning: something else"})
	m := met{Outcome: s.outcome(1)}
	m.expectSkipped(t, "!mods/one/it's here/x/: permission denied")
}

func TestAnAuditCanBeStopped(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{"a", "b", "c"} {
		files := map[string]string{}
		for i := range 500 {
			files[d+"/"+strings.Repeat("x", i%50+1)+string(rune('a'+i/50))] = needle
		}
		folderAt(t, dir, files)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var once sync.Once
	var mu sync.Mutex
	given := 0
	o, err := Each(ctx, Options{Paths: []string{dir}}, func(File) error {
		mu.Lock()
		defer mu.Unlock()
		if given++; given > 20 {
			once.Do(cancel)
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || o.Files < 20 || o.Files > 100 || o.Incomplete {
		t.Errorf("%v after %d files, %v", err, o.Files, o.Skipped)
	}
	own := errors.New("enough")
	if _, err := Each(t.Context(), Options{Paths: []string{dir}}, func(File) error { return own }); !errors.Is(err, own) {
		t.Error(err)
	}
	r := newRepository(t, nil)
	r.commit(map[string]string{"a": needle, "b": needle + "2"})
	if _, err := Each(t.Context(), Options{Paths: []string{r.dir}, History: true}, func(File) error { return own }); !errors.Is(err, own) {
		t.Error(err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	<-ctx.Done()
	if _, err := Each(ctx, Options{Paths: []string{r.dir}, History: true}, func(File) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

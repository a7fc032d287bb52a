package source

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
)

// singles reads files that were named one by one.
func (s *scan) singles(r Root) error {
	for _, name := range r.files {
		if err := s.give(fileJob{&r, name}); err != nil {
			return err
		}
	}
	return nil
}

// fileJob is a file that was named: links are followed, and it is read whatever it is.
type fileJob struct {
	root *Root
	name string
}

func (j fileJob) do(w *worker) error {
	path := filepath.ToSlash(filepath.Clean(j.name))
	at := place{root: j.root, path: path, named: true}
	if _, inside := checkout(filepath.Dir(j.name)); inside != "" {
		at.inRepo = inside + filepath.Base(j.name)
	}
	info, err := os.Stat(j.name)
	if err == nil && !info.Mode().IsRegular() {
		w.skip(*j.root, path, errOdd.Error()+": keyturn audit - reads standard input", true)
		return nil
	}
	var f *os.File
	if err == nil {
		f, err = os.Open(j.name)
	}
	if err != nil {
		w.failed(at, err)
		return nil
	}
	defer f.Close()
	return w.look(f, info.Size(), at)
}

// stdin reads standard input.
func (s *scan) stdin(r Root) error {
	if s.Stdin == nil {
		return errors.New("there is no standard input")
	}
	return s.give(stdinJob{&r})
}

type stdinJob struct{ root *Root }

func (j stdinJob) do(w *worker) error {
	name := filepath.ToSlash(cmp.Or(w.StdinName, "stdin"))
	at := place{root: j.root, path: name, named: true, noFix: func([]byte) string { return "it came from standard input" }}
	return w.look(w.Stdin, -1, at)
}

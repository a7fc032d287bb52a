package source

import (
	"bytes"
	"cmp"
	"errors"
	"io"

	"example.com/keyturn/audit/finding"
)

// place is where a text is from.
type place struct {
	root   *Root
	path   string // in the root's folder
	inRepo string // if it does not follow from the two
	named  bool   // one by one: then it is read whatever it is
	commit func() (*finding.Commit, error)
	noFix  func(raw []byte) string // nil: it can be changed
}

// worker reads texts, one after the other, always into the same memory.
type worker struct {
	*scan
	buf     []byte
	large   chan []byte // memory for large texts
	file    quick
	deliver func(File) error
}

// smallest is the memory that a worker has to begin with: most files fit.
const smallest = 64 << 10

func newWorker(s *scan) *worker {
	return &worker{scan: s, buf: make([]byte, 0, smallest), large: s.large, deliver: s.visit}
}

// look reads a text of a size, -1 if nobody knows it, and gives it on if it is worth it. What goes wrong with
// reading is counted; the error is that of whoever it is given to.
func (w *worker) look(src io.Reader, size int64, at place) error {
	if size > int64(w.whole) {
		return w.parts(src, at)
	}
	buf, release := w.room(size)
	defer release()
	raw, err := w.read(buf, src, size, at)
	switch {
	case err != nil:
		w.failed(at, err)
		return nil
	case raw == nil:
		return nil
	case len(raw) > w.whole || size <= 0 && len(raw) == cap(raw):
		return w.parts(io.MultiReader(bytes.NewReader(raw), src), at)
	}
	w.Live.Files.Add(1)
	return w.text(raw, File{}, at)
}

// room is memory for a text of a size. There are few large pieces of it, whoever has none waits.
func (w *worker) room(size int64) (buf []byte, release func()) {
	if size >= 0 && size <= int64(w.part) {
		if int(size) > cap(w.buf) {
			w.buf = make([]byte, 0, max(int(size), min(2*cap(w.buf), w.part)))
		}
		return w.buf[:0], func() {}
	}
	large := <-w.large
	if large == nil {
		large = make([]byte, 0, w.whole+1)
	}
	return large[:0], func() { w.large <- large }
}

// read reads a text, or as much of it as there is memory. It is nil if the text is binary: then most of it
// is not read at all.
func (w *worker) read(buf []byte, src io.Reader, size int64, at place) ([]byte, error) {
	most := cap(buf)
	if size > 0 {
		most = int(size)
	}
	for len(buf) < most {
		step := most
		if len(buf) < smallest {
			step = min(most, smallest)
		}
		n, err := src.Read(buf[len(buf):step])
		buf = buf[:len(buf)+n]
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if err == nil && len(buf) < step {
			continue
		}
		if len(buf) <= smallest && wideText(buf) == nil && isBinary(buf) {
			w.binary(at, len(buf))
			return nil, nil
		}
		if err != nil {
			break
		}
	}
	w.Live.Bytes.Add(int64(len(buf)))
	return buf, nil
}

func (w *worker) binary(at place, read int) {
	w.Live.Bytes.Add(int64(read))
	w.skip(*at.root, at.shown(), "binary", false)
}

func (w *worker) failed(at place, err error) { w.fail(*at.root, at.shown(), err) }

// shown is the path in findings.
func (at place) shown() string { return at.root.within + at.path }

// The reasons for which a file is not changed.
const (
	isWide = "the file is in UTF-16, which keyturn reads but does not write"
	isHuge = "the file is larger than 8 MiB: it was read in parts, which keyturn does not write"
)

// text gives a text on if it is worth it. f says which part of its file it is.
func (w *worker) text(raw []byte, f File, at place) error {
	if code := wideText(raw); code != nil && !f.Part {
		decoded, err := code.NewDecoder().Bytes(raw)
		if err != nil {
			w.failed(at, err)
			return nil
		}
		raw, f.NoFix = decoded, isWide
	}
	if !w.Worth(raw) {
		return nil
	}
	if !at.named && !w.IncludeVendored && f.Line == 0 && f.Column == 0 && isGenerated(raw) {
		w.skip(*at.root, at.shown(), "generated", false)
		return nil
	}
	if at.commit != nil {
		commit, err := at.commit()
		if err != nil {
			w.failed(at, err)
		}
		f.Commit = commit
	}
	if at.noFix != nil && f.NoFix == "" {
		f.NoFix = at.noFix(raw)
	}
	f.Root, f.Path, f.InRepo, f.Raw = at.root.shown, at.shown(), cmp.Or(at.inRepo, at.root.inside+at.path), raw
	return w.deliver(f)
}

package git

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// Object is what git cat-file --batch says of one object. Missing ones have nothing but a name.
type Object struct {
	Name    string
	Kind    string // blob, tree, commit, tag
	Size    int64
	Missing bool
}

// Batch reads the answers of git cat-file --batch one after the other. After Next it is a reader of that
// object's content.
type Batch struct {
	r    *bufio.Reader
	left int64 // of the content
	open bool  // the newline behind the content is still to come
}

// batchBuffer holds the small objects; what is larger goes past it.
const batchBuffer = 64 << 10

// NewBatch reads from a command's output.
func NewBatch(r io.Reader) *Batch { return &Batch{r: bufio.NewReaderSize(r, batchBuffer)} }

// ErrBatch says that something else than answers of git cat-file came.
var ErrBatch = errors.New("git cat-file answers in a way that keyturn does not know")

// Next goes to the next object, whatever is left of the one before; io.EOF after the last.
func (b *Batch) Next() (Object, error) {
	if err := b.skip(); err != nil {
		return Object{}, err
	}
	line, err := b.r.ReadSlice('\n')
	switch {
	case err == io.EOF && len(line) == 0:
		return Object{}, io.EOF
	case err == io.EOF:
		return Object{}, io.ErrUnexpectedEOF
	case errors.Is(err, bufio.ErrBufferFull):
		return Object{}, ErrBatch
	case err != nil:
		return Object{}, err
	}
	o, err := parseHeader(line[:len(line)-1])
	if err == nil && !o.Missing {
		b.left, b.open = o.Size, true
	}
	return o, err
}

func parseHeader(line []byte) (Object, error) {
	name, rest, ok := bytes.Cut(line, []byte(" "))
	if !ok || len(name) == 0 {
		return Object{}, ErrBatch
	}
	if string(rest) == "missing" || string(rest) == "ambiguous" {
		return Object{Name: string(name), Missing: true}, nil
	}
	kind, digits, ok := bytes.Cut(rest, []byte(" "))
	size, err := strconv.ParseUint(string(digits), 10, 62)
	if !ok || err != nil {
		return Object{}, ErrBatch
	}
	o := Object{Name: string(name), Size: int64(size)}
	switch string(kind) {
	case "blob":
		o.Kind = "blob"
	case "tree":
		o.Kind = "tree"
	case "commit":
		o.Kind = "commit"
	case "tag":
		o.Kind = "tag"
	default:
		return Object{}, ErrBatch
	}
	return o, nil
}

// Read reads of the current object.
func (b *Batch) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (b *Batch) skip() error {
	for b.left > 0 {
		n, err := b.r.Discard(int(min(b.left, 1<<30)))
		b.left -= int64(n)
		if err != nil {
			return cut(err)
		}
	}
	if !b.open {
		return nil
	}
	b.open = false
	c, err := b.r.ReadByte()
	if err != nil {
		return cut(err)
	}
	if c != '\n' {
		return fmt.Errorf("%w: no newline behind an object", ErrBatch)
	}
	return nil
}

func cut(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

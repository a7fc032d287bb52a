package durable

import (
	"bytes"
	"errors"
	"io"
	"time"
)

// abandoned is how old a file must be that was never completed before it is taken away. Its writer holds it but for
// the moment between making and locking it, and that one is long over by then, whatever became of the writer.
const abandoned = time.Hour

// Sweep takes away a file that was never completed, if it is old, nobody works on it, and it holds the beginning
// of what would have begun like that, or nothing. Anything else is left alone; what cannot be taken away now may be
// the next time.
func Sweep(d Disk, name string, begins []byte) {
	f, err := d.Open(name)
	if err != nil {
		return
	}
	if !old(f) || f.Lock() != nil || !beginning(f, begins) {
		_ = f.Close() // nothing was written
		return
	}
	_ = Finish(d, f, name) // see above
}

// old is asked before the file is locked: a writer that has just made one must find it free.
func old(f File) bool {
	info, err := f.Stat()
	return err == nil && time.Since(info.ModTime()) > abandoned
}

func beginning(f File, begins []byte) bool {
	head := make([]byte, len(begins))
	n, err := io.ReadFull(f, head)
	whole := err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	return whole && bytes.HasPrefix(begins, head[:n])
}

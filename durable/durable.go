// Package durable keeps small files so that a crash at any instant leaves the old content or the
// new one, never half of either, and so that what is reported as written is on the disk.
//
// What it needs of the disk is a small interface, so that a test can fail or cut any step.
package durable

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"
)

// Disk is the part of a file system that intents and plans are kept on. Files belong to the user
// alone: folders have mode 0700, files 0600.
type Disk interface {
	MkdirAll(dir string) error
	Create(name string) (File, error) // fails if it is there
	Open(name string) (File, error)   // for reading, appending and locking; fails if it is not there
	Rename(from, to string) error
	Remove(name string) error
	SyncDir(dir string) error
	ReadDir(dir string) ([]fs.DirEntry, error)
}

// File is an open file.
type File interface {
	io.Reader
	io.Writer // at the end
	Truncate(size int64) error
	Sync() error
	Stat() (fs.FileInfo, error)
	Close() error
	// Lock takes the file for this process without waiting, until it is closed. It fails with ErrHeld
	// if another one has it, or has replaced or removed the file meanwhile.
	Lock() error
}

// Hold takes a file for this process as Lock does, but is not kept from it by somebody who only looks whether
// anybody has it: that takes a moment, and the file is locked in it.
func Hold(f File) error {
	for try := 1; ; try++ {
		err := f.Lock()
		if try == looks || !errors.Is(err, ErrHeld) {
			return err
		}
		time.Sleep(look)
	}
}

// looks is how often Hold tries, and look is how long it waits before it does again.
const (
	looks = 8
	look  = 4 * time.Millisecond
)

// ErrHeld says that somebody else has the file.
var ErrHeld = errors.New("another process works on it")

// tempSuffix ends the names of files that are not complete.
const tempSuffix = ".new"

// Temporary reports whether a name is that of a file which was never completed.
func Temporary(name string) bool { return filepath.Ext(name) == tempSuffix }

// Completed is the name that such a file would have got.
func Completed(temp string) string { return strings.TrimSuffix(temp, tempSuffix) }

// Write makes a file that is complete and on the disk when it returns, and returns it open and
// locked. After an error there is no such file, unless the disk refuses even to remove it again; the
// error says so then.
func Write(d Disk, name string, content []byte) (File, error) {
	dir := filepath.Dir(name)
	if err := d.MkdirAll(dir); err != nil {
		return nil, err
	}
	temp := name + tempSuffix
	f, err := fresh(d, temp)
	if err != nil {
		return nil, err
	}
	left := temp
	if err = fill(f, content); err == nil {
		f, err = rename(d, f, temp, name)
	}
	if err == nil {
		left = name
		err = d.SyncDir(dir)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close(), takeBack(d, left))
	}
	return f, nil
}

// Update replaces a small file by what change makes of it, nil where there is none, and is the only one that
// does meanwhile: of several processes each finds what the one before has made. Where change returns nil or the
// same content nothing is written. After an error the old content is there, whole, or the new one.
func Update(ctx context.Context, d Disk, name string, change func(old []byte) ([]byte, error)) error {
	temp := name + tempSuffix
	f, err := alone(ctx, d, temp)
	if err != nil {
		return err
	}
	old, err := Read(d, name)
	var text []byte
	if err == nil {
		text, err = change(old)
	}
	if err != nil || text == nil || bytes.Equal(old, text) {
		return errors.Join(err, Finish(d, f, temp))
	}
	if err = Append(f, text); err == nil {
		f, err = rename(d, f, temp, name)
	}
	if err != nil {
		return errors.Join(err, f.Close(), takeBack(d, temp))
	}
	return errors.Join(d.SyncDir(filepath.Dir(name)), f.Close())
}

// nextTry is how long somebody waits for a file that another one replaces now: that takes some milliseconds.
const nextTry = 5 * time.Millisecond

// alone makes a file that one process at a time can have, and holds it.
func alone(ctx context.Context, d Disk, temp string) (File, error) {
	if err := d.MkdirAll(filepath.Dir(temp)); err != nil {
		return nil, err
	}
	for {
		f, err := begun(d, temp)
		if err == nil {
			if err = f.Lock(); err == nil {
				return f, nil
			}
			err = errors.Join(err, f.Close())
		}
		if !contended(err) {
			return nil, err
		}
		timer := time.NewTimer(nextTry)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, errors.Join(err, ctx.Err())
		}
	}
}

// Read returns what a file holds; nil if there is none.
func Read(d Disk, name string) ([]byte, error) {
	f, err := d.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(f)
	return append([]byte{}, text...), errors.Join(err, f.Close())
}

// rename gives an open file its name. Where open files cannot be renamed it is another one afterwards.
func rename(d Disk, f File, from, to string) (File, error) {
	if renamesOpen {
		return f, d.Rename(from, to)
	}
	if err := errors.Join(f.Close(), d.Rename(from, to)); err != nil {
		return f, err
	}
	again, err := d.Open(to)
	if err != nil {
		return f, err
	}
	return again, nil
}

// fresh makes a file that is not complete yet. Somebody who only takes away what a dead process left in its place
// is done in a moment, and keeps nobody from it.
func fresh(d Disk, temp string) (File, error) {
	for try := 1; ; try++ {
		f, err := begun(d, temp)
		if try == looks || !contended(err) {
			return f, err
		}
		time.Sleep(look)
	}
}

// begun makes a file that is not complete yet, in the place of one whose process died in the middle.
func begun(d Disk, temp string) (File, error) {
	f, err := d.Create(temp)
	if errors.Is(err, fs.ErrExist) {
		return recreate(d, temp)
	}
	return f, err
}

// contended reports whether a file is held, or finished and gone, or begun anew by another one between two of our
// steps.
func contended(err error) bool {
	return errors.Is(err, ErrHeld) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrExist)
}

// recreate takes the place of a file that nobody works on.
func recreate(d Disk, temp string) (File, error) {
	f, err := d.Open(temp)
	if err != nil {
		return nil, err
	}
	err = f.Lock()
	if err == nil {
		err = d.Remove(temp)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	return d.Create(temp)
}

func fill(f File, content []byte) error {
	if err := f.Lock(); err != nil {
		return err
	}
	return Append(f, content)
}

// Append writes at the end of an open file and returns once that is on the disk. After an error
// nothing is known of the end of the file: stop, and read it again.
func Append(f File, content []byte) error {
	if _, err := f.Write(content); err != nil {
		return err
	}
	return f.Sync()
}

func takeBack(d Disk, name string) error {
	if err := Remove(d, name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(ErrLeft, err)
	}
	return nil
}

// ErrLeft says that a file which was not completed could not be removed either.
var ErrLeft = errors.New("and it could not be taken back")

// Finish removes a file that this process holds, and lets go of it.
func Finish(d Disk, f File, name string) error {
	if !renamesOpen {
		return errors.Join(f.Close(), Remove(d, name))
	}
	return errors.Join(Remove(d, name), f.Close())
}

// Remove removes a file for good.
func Remove(d Disk, name string) error {
	if err := d.Remove(name); err != nil {
		return err
	}
	return d.SyncDir(filepath.Dir(name))
}

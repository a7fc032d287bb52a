// Package durabletest is a disk that fails, or lets the test act, at every single step.
package durabletest

import (
	"io/fs"
	"sync"

	"example.com/keyturn/durable"
)

// Disk is the disk of this machine with something before every step. Every write is two: one half,
// then the other. A step whose Before returns an error does not happen.
type Disk struct {
	durable.OS
	Before func(step string) error

	mu   sync.Mutex
	open []durable.File
}

// Die closes every file, as the end of a process does: what it held is free.
func (d *Disk) Die() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, f := range d.open {
		_ = f.Close() // most are closed already
	}
	d.open = nil
}

// The steps.
const (
	Mkdir   = "make the folder"
	Create  = "create"
	Open    = "open"
	Lock    = "lock"
	Half    = "write one half"
	Rest    = "write the other half"
	Cut     = "cut off the end"
	Sync    = "sync"
	Rename  = "rename"
	Remove  = "remove"
	SyncDir = "sync the folder"
	ReadDir = "read the folder"
)

// MkdirAll makes a folder.
func (d *Disk) MkdirAll(dir string) error {
	if err := d.Before(Mkdir); err != nil {
		return err
	}
	return d.OS.MkdirAll(dir)
}

// Create makes a file.
func (d *Disk) Create(name string) (durable.File, error) {
	if err := d.Before(Create); err != nil {
		return nil, err
	}
	return d.file(d.OS.Create(name))
}

// Open opens a file.
func (d *Disk) Open(name string) (durable.File, error) {
	if err := d.Before(Open); err != nil {
		return nil, err
	}
	return d.file(d.OS.Open(name))
}

// Rename renames a file.
func (d *Disk) Rename(from, to string) error {
	if err := d.Before(Rename); err != nil {
		return err
	}
	return d.OS.Rename(from, to)
}

// Remove removes a file.
func (d *Disk) Remove(name string) error {
	if err := d.Before(Remove); err != nil {
		return err
	}
	return d.OS.Remove(name)
}

// SyncDir syncs a folder.
func (d *Disk) SyncDir(dir string) error {
	if err := d.Before(SyncDir); err != nil {
		return err
	}
	return d.OS.SyncDir(dir)
}

// ReadDir lists a folder.
func (d *Disk) ReadDir(dir string) ([]fs.DirEntry, error) {
	if err := d.Before(ReadDir); err != nil {
		return nil, err
	}
	return d.OS.ReadDir(dir)
}

func (d *Disk) file(f durable.File, err error) (durable.File, error) {
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open = append(d.open, f)
	return file{f, d.Before}, nil
}

type file struct {
	durable.File
	before func(string) error
}

func (f file) Write(p []byte) (int, error) {
	if err := f.before(Half); err != nil {
		return 0, err
	}
	n, err := f.File.Write(p[:len(p)/2])
	if err == nil {
		err = f.before(Rest)
	}
	if err != nil {
		return n, err
	}
	rest, err := f.File.Write(p[len(p)/2:])
	return n + rest, err
}

func (f file) Truncate(size int64) error {
	if err := f.before(Cut); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

func (f file) Sync() error {
	if err := f.before(Sync); err != nil {
		return err
	}
	return f.File.Sync()
}

func (f file) Lock() error {
	if err := f.before(Lock); err != nil {
		return err
	}
	return f.File.Lock()
}

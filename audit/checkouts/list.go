// Package checkouts remembers which checkouts were audited and how much was found in them, and finds a
// checkout by what somebody types. Nothing of what is in their files is kept.
package checkouts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"example.com/keyturn/durable"
)

// Entry is a checkout, and what its latest audit counted.
type Entry struct {
	Root     string    `json:"root"`
	At       time.Time `json:"at"`
	Errors   int       `json:"errors"`
	Warnings int       `json:"warnings"`
	Notes    int       `json:"notes"`
	Fixable  int       `json:"fixable"`
	Partial  bool      `json:"partial,omitempty"` // it was stopped before its end
}

// List is a file with checkouts, the one that was audited last first.
type List struct {
	Disk durable.Disk
	Dir  string // empty: nothing is kept
}

// maxEntries is how many are kept: who audits more names them in a file, for keyturn audit --repos.
const maxEntries = 200

const version = 1

type document struct {
	Version   int     `json:"version"`
	Checkouts []Entry `json:"checkouts"`
}

func (l List) file() string { return filepath.Join(l.Dir, "checkouts.json") }

// Load returns what is kept; nothing if nothing ever was.
func (l List) Load() ([]Entry, error) {
	if l.Dir == "" {
		return nil, nil
	}
	text, err := durable.Read(l.Disk, l.file())
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", l.file(), err)
	}
	return l.decode(text)
}

func (l List) decode(text []byte) ([]Entry, error) {
	if text == nil {
		return nil, nil
	}
	var d document
	err := json.Unmarshal(text, &d)
	if err == nil && d.Version != version {
		err = errors.New("it is of another version of keyturn")
	}
	if err == nil && slices.ContainsFunc(d.Checkouts, func(e Entry) bool { return !filepath.IsAbs(e.Root) }) {
		err = errors.New("a path in it is not absolute")
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be understood: %w; remove it to begin anew", l.file(), err)
	}
	return d.Checkouts, nil
}

// Put puts a checkout at the beginning of the list.
func (l List) Put(ctx context.Context, e Entry) error {
	return l.change(ctx, func(list []Entry) []Entry {
		list = slices.Insert(without(list, e.Root), 0, e)
		return list[:min(len(list), maxEntries)]
	})
}

// Remove takes a checkout off the list.
func (l List) Remove(ctx context.Context, root string) error {
	return l.change(ctx, func(list []Entry) []Entry { return without(list, root) })
}

func without(list []Entry, root string) []Entry {
	return slices.DeleteFunc(list, func(e Entry) bool { return e.Root == root })
}

// change replaces the list, whatever other processes do with it meanwhile.
func (l List) change(ctx context.Context, change func([]Entry) []Entry) error {
	if l.Dir == "" {
		return nil
	}
	return durable.Update(ctx, l.Disk, l.file(), func(old []byte) ([]byte, error) {
		list, err := l.decode(old)
		if err != nil {
			return nil, err
		}
		text, err := json.MarshalIndent(document{Version: version, Checkouts: change(list)}, "", "  ")
		return append(text, '\n'), err
	})
}

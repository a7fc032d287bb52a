// Package inventory reads and writes workspace files: what a workspace is made of, as YAML, JSON or,
// for members alone, CSV. It tells everything that is wrong with a file with the number of its
// line, and never writes a secret. What importing a file means is the service's business.
package inventory

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"example.com/keyturn/models"
)

// MaxFile is how large a file may be, in bytes.
const MaxFile = 256 << 20

// Read reads a workspace file. The ending of the name says which format it has; without one that
// it knows, the first character decides. If anything is wrong, the error is a *Problems, and
// nothing is returned beside it.
func Read(name string, r io.Reader) (models.Inventory, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return models.Inventory{}, fmt.Errorf("read %s: %w", name, err)
	}
	f := &found{file: name}
	if err := readable(f, text); err != nil {
		return models.Inventory{}, err
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	var inv models.Inventory
	switch format(name, text) {
	case "csv":
		inv = readCSV(f, text)
	case "json":
		inv, err = readTree(f, text, parseJSON)
	default:
		inv, err = readTree(f, text, parseYAML)
	}
	if err == nil {
		err = f.err()
	}
	if err != nil {
		return models.Inventory{}, err
	}
	return inv, nil
}

// readable refuses what is no text.
func readable(f *found, text []byte) error {
	switch {
	case len(text) > MaxFile:
		f.add(1, "the file is larger than %d MiB: split it, importing the parts one after the other", MaxFile>>20)
	case len(bytes.TrimSpace(text)) == 0:
		f.add(1, "the file is empty")
	case bytes.IndexByte(text, 0) >= 0:
		f.add(lineAt(text, bytes.IndexByte(text, 0)), "there is a NUL byte here: this is no text file, or it is UTF-16; save it as UTF-8")
	case !utf8.Valid(text):
		f.add(lineAt(text, badUTF8(text)), "this line is not UTF-8: save the file as UTF-8")
	}
	return f.err()
}

func badUTF8(text []byte) int {
	at := 0
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return at
}

func lineAt(text []byte, offset int) int { return 1 + bytes.Count(text[:offset], []byte("\n")) }

func format(name string, text []byte) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv":
		return "csv"
	case ".json":
		return "json"
	case ".yaml", ".yml":
		return "yaml"
	}
	text = bytes.TrimSpace(text)
	first, _, _ := bytes.Cut(text, []byte("\n"))
	switch {
	case bytes.HasPrefix(text, []byte("{")):
		return "json"
	case bytes.Contains(bytes.ToLower(first), []byte("email")) && bytes.IndexByte(first, ',') >= 0 && bytes.IndexByte(first, ':') < 0:
		return "csv"
	}
	return "yaml"
}

func readTree(f *found, text []byte, parse func([]byte) (*node, error)) (models.Inventory, error) {
	root, err := parse(text)
	var bad *syntaxError
	switch {
	case errors.As(err, &bad):
		return models.Inventory{}, f.notEvenParsed(bad.line, errors.New(bad.message))
	case err != nil:
		return models.Inventory{}, f.notEvenParsed(1, err)
	}
	s := schema{found: f}
	return s.inventory(root), nil
}

package git

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// longestName bounds a line of a list: no system has longer paths, but a tree object may.
const longestName = 1 << 20

// ErrList says that a list is not of the form that it was asked for in.
var ErrList = errors.New("git lists in a way that keyturn does not know")

// Names goes through a list in which every name ends with a zero byte.
func Names(r io.Reader) *bufio.Scanner { return ended(r, 0) }

func ended(r io.Reader, by byte) *bufio.Scanner {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 16<<10), longestName)
	s.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		if i := bytes.IndexByte(data, by); i >= 0 {
			return i + 1, data[:i], nil
		}
		if atEOF && len(data) > 0 {
			return 0, nil, io.ErrUnexpectedEOF
		}
		return 0, nil, nil
	})
	return s
}

// Entry is a file in a tree, an index or a history.
type Entry struct {
	Blob   string
	Path   string
	Commit string // of a history: the first that has the blob
	Link   bool   // the content is where a symbolic link points to
}

// The modes of what is in a tree but is no file of its own.
const (
	modeLink   = "120000"
	modeModule = "160000"
)

// Tree reads the output of git ls-tree -r -z.
func Tree(r io.Reader, visit func(Entry) error) error {
	names := Names(r)
	for names.Scan() {
		head, path, ok := strings.Cut(names.Text(), "\t")
		field := strings.Fields(head)
		if !ok || len(field) != 3 {
			return ErrList
		}
		if field[0] == modeModule {
			continue
		}
		if err := visit(Entry{Blob: field[2], Path: path, Link: field[0] == modeLink}); err != nil {
			return err
		}
	}
	return names.Err()
}

// Staged reads the output of git diff --cached --raw -z without renames.
func Staged(r io.Reader, visit func(Entry) error) error {
	names := Names(r)
	for names.Scan() {
		field := strings.Fields(strings.TrimPrefix(names.Text(), ":"))
		if len(field) != 5 || !names.Scan() {
			return ErrList
		}
		if field[1] == modeModule {
			continue
		}
		if err := visit(Entry{Blob: field[3], Path: names.Text(), Link: field[1] == modeLink}); err != nil {
			return err
		}
	}
	return names.Err()
}

// History reads the output of git rev-list --objects --in-commit-order --reverse --missing=print: commits,
// the oldest first, and behind each the objects that no commit before had. It returns how many objects are
// not there.
//
// The list does not say what an object is. Whatever the next path lies below is a tree and is left out; a
// tree without anything new in it is taken for a file.
func History(r io.Reader, visit func(Entry) error) (missing int, err error) {
	lines := ended(r, '\n')
	var last Entry
	give := func(next string) error {
		tree := last.Path == "" || len(next) > len(last.Path) && next[len(last.Path)] == '/' && strings.HasPrefix(next, last.Path)
		if tree {
			return nil
		}
		return visit(last)
	}
	commit := ""
	for lines.Scan() {
		line := lines.Text()
		name, path, object := strings.Cut(line, " ")
		switch {
		case strings.HasPrefix(line, "?"):
			missing++
			continue
		case len(name) < 40 || strings.Trim(name, "0123456789abcdef") != "":
			return missing, ErrList
		}
		if err := give(path); err != nil {
			return missing, err
		}
		if last = (Entry{Blob: name, Path: path, Commit: commit}); !object {
			commit, last = name, Entry{}
		}
	}
	if err := lines.Err(); err != nil {
		return missing, err
	}
	return missing, give("")
}

// Author takes who wrote a commit, and when, out of its content.
func Author(content []byte) (name string, when time.Time, err error) {
	for line := range bytes.Lines(content) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		if len(line) == 0 {
			break
		}
		said, ok := bytes.CutPrefix(line, []byte("author "))
		if !ok {
			continue
		}
		return parseAuthor(strings.ToValidUTF8(string(said), "?"))
	}
	return "", time.Time{}, fmt.Errorf("a commit without an author")
}

// parseAuthor reads "Name <address> seconds zone". Who has no name is known by the address.
func parseAuthor(said string) (name string, when time.Time, err error) {
	end := strings.LastIndexByte(said, '>')
	begin := strings.IndexByte(said, '<')
	if begin < 0 || end < begin {
		return "", time.Time{}, fmt.Errorf("a commit with an author that has no address")
	}
	name = strings.TrimSpace(said[:begin])
	if name == "" {
		name = said[begin+1 : end]
	}
	seconds, _, _ := strings.Cut(strings.TrimSpace(said[end+1:]), " ")
	at, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return name, time.Time{}, fmt.Errorf("a commit without a time")
	}
	return name, time.Unix(at, 0).UTC(), nil
}

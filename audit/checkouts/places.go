package checkouts

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Places is where paths begin.
type Places struct {
	Home string // of the user; empty: it is not known
	Cwd  string // that relative paths begin in
}

// Here is the checkout that the current folder is in; empty if it is in none.
func (p Places) Here() string {
	for dir := p.Cwd; dir != ""; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return ""
}

// Resolve makes an absolute path of a folder of what was typed: "~" is the home folder, and links are followed,
// so that no checkout is there twice. The error says what is wrong with it.
func (p Places) Resolve(typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return "", errors.New("type the path of a folder")
	}
	path, err := p.absolute(typed)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", missing(typed, err)
	}
	info, err := os.Stat(real)
	switch {
	case err != nil:
		return "", missing(typed, err)
	case !info.IsDir():
		return "", fmt.Errorf("%s is a file: name the folder that it is in", typed)
	}
	return real, readable(typed, real)
}

// readable fails if nothing in a folder could be read anyway.
func readable(typed, path string) error {
	f, err := os.Open(path)
	if err == nil {
		_, err = f.Readdirnames(1)
		err = errors.Join(err, f.Close())
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return missing(typed, err)
	}
	return nil
}

func missing(typed string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no folder %s", typed)
	}
	if of := (*fs.PathError)(nil); errors.As(err, &of) {
		err = of.Err
	}
	return fmt.Errorf("%s cannot be read: %w", typed, err)
}

func (p Places) absolute(typed string) (string, error) {
	if typed == "~" || strings.HasPrefix(typed, "~/") || strings.HasPrefix(typed, "~"+string(filepath.Separator)) {
		if p.Home == "" {
			return "", errors.New("the home folder is not known: write the whole path")
		}
		return filepath.Join(p.Home, typed[1:]), nil
	}
	if filepath.IsAbs(typed) {
		return filepath.Clean(typed), nil
	}
	if _, err := os.Lstat(filepath.Join(p.Cwd, typed)); err != nil && typed[0] == '~' {
		return "", fmt.Errorf("%s is somebody else's home folder: write the whole path", typed)
	}
	return filepath.Join(p.Cwd, typed), nil
}

// maxOffers is how many folders are offered.
const maxOffers = 100

// Complete returns the folders that what was typed may become, each with a slash behind and written as it was
// begun. A folder whose name begins with a dot is offered to who has typed the dot.
func (p Places) Complete(typed string) ([]string, error) {
	if typed == "~" {
		return []string{"~/"}, nil
	}
	at := strings.LastIndexByte(filepath.ToSlash(typed), '/') + 1
	parent, begun := typed[:at], typed[at:]
	path := p.Cwd
	if parent != "" {
		var err error
		if path, err = p.absolute(parent); err != nil {
			return nil, err
		}
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, missing(parent, err)
	}
	var offers []string
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, begun) && (name[0] != '.' || strings.HasPrefix(begun, ".")) && isFolder(path, e) {
			offers = append(offers, parent+name+"/")
		}
		if len(offers) == maxOffers {
			break
		}
	}
	slices.Sort(offers)
	return offers, nil
}

func isFolder(parent string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := os.Stat(filepath.Join(parent, e.Name()))
	return err == nil && info.IsDir()
}

package source

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"example.com/keyturn/audit/source/git"
)

// staged reads what a commit would change, as it is in the index.
func (s *scan) staged(r Root) error {
	repo := r.repo()
	repo.Index = indexOf(r)
	files, err := openFolder(r.Folder, s.slowly)
	if err != nil {
		s.fail(r, ".", err)
		return nil
	}
	defer files.release()
	b := &blobs{
		scan: s, root: &r, repo: repo,
		place: func(e git.Entry) place {
			return place{root: &r, path: e.Path, noFix: func(raw []byte) string { return s.differs(files, e.Path, raw) }}
		},
		list: func(ctx context.Context, ask func(git.Entry) error) error {
			return listed(ctx, repo, func(out io.Reader) error { return git.Staged(out, ask) },
				"diff", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color",
				"--ignore-submodules=all", "--diff-filter=ACMT", "--relative", "--", ".")
		},
	}
	return b.read()
}

// differs says so if a file on disk is not what is staged.
func (s *scan) differs(files *below, path string, staged []byte) string {
	const reason = "the file is not as it is staged: look at it without --staged to have it changed"
	f, size, err := files.open(path, &quick{})
	if err != nil {
		return reason
	}
	defer f.Close()
	if size != int64(len(staged)) {
		return reason
	}
	onDisk, err := io.ReadAll(io.LimitReader(f, size+1))
	if err != nil || !bytes.Equal(onDisk, staged) {
		return reason
	}
	return ""
}

// indexOf is the index that a hook of git commit was given, if it is one of this repository: with only some
// files to commit it is another one than usual.
func indexOf(r Root) string {
	name := os.Getenv("GIT_INDEX_FILE")
	if name == "" {
		return ""
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return ""
	}
	dir := gitDir(r.top)
	if below, err := filepath.Rel(dir, real(abs)); err != nil || below == ".." || strings.HasPrefix(below, ".."+string(filepath.Separator)) {
		return ""
	}
	return abs
}

// gitDir is where a checkout keeps its index.
func gitDir(top string) string {
	dot := filepath.Join(top, ".git")
	text, err := os.ReadFile(dot)
	if err != nil {
		return real(dot)
	}
	dir := strings.TrimSpace(strings.TrimPrefix(string(text), "gitdir:"))
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(top, dir)
	}
	return real(dir)
}

// real follows the links in the folder of a path.
func real(path string) string {
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return path
	}
	return filepath.Join(dir, filepath.Base(path))
}

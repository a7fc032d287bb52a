package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/source/git"
)

// history reads every content that a commit of any branch, tag or stash ever had, each once, as the first
// commit has it. The oldest commits come first: whatever is new in a commit was never there before.
func (s *scan) history(r Root) error {
	repo := r.repo()
	c := &commits{ctx: s.ctx, repo: repo}
	defer c.close()
	b := &blobs{
		scan: s, root: &r, repo: repo,
		list: func(ctx context.Context, ask func(git.Entry) error) error { return s.everCommitted(ctx, r, repo, ask) },
		place: func(e git.Entry) place {
			return place{
				root: &r, path: e.Path,
				commit: func() (*finding.Commit, error) { return c.find(e) },
				noFix:  func([]byte) string { return "it is in the history, which keyturn does not rewrite" },
			}
		},
	}
	return b.read()
}

const incomplete = "the history is incomplete: "

// everCommitted lists the contents of a history.
func (s *scan) everCommitted(ctx context.Context, r Root, repo git.Repo, ask func(git.Entry) error) error {
	shallow, err := repo.Output(ctx, "rev-parse", "--is-shallow-repository")
	if err != nil {
		return err
	}
	if shallow == "true" {
		s.skip(r, ".", incomplete+"the repository is shallow; git fetch --unshallow gets the rest", true)
	}
	args := []string{"rev-list", "--all", "--objects", "--in-commit-order", "--date-order", "--reverse", "--missing=print"}
	if r.inside != "" {
		args = append(args, "--full-history", "--", ".")
	}
	missing := 0
	err = listed(ctx, repo, func(out io.Reader) error {
		missing, err = git.History(out, func(e git.Entry) error {
			e.Path = strings.TrimPrefix(e.Path, r.inside)
			return ask(e)
		})
		return err
	}, args...)
	if missing > 0 {
		s.skip(r, ".", fmt.Sprintf(incomplete+"%d objects are not in the repository; a full clone has them", missing), true)
	}
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf(incomplete+"%w", err)
	}
	return err
}

// commits looks commits up, one after the other, when something was found in them.
type commits struct {
	ctx   context.Context
	repo  git.Repo
	cat   *git.Stream
	batch *git.Batch
	last  *finding.Commit
}

func (c *commits) find(e git.Entry) (*finding.Commit, error) {
	if c.last == nil || c.last.Hash != e.Commit {
		if err := c.ask(e.Commit); err != nil {
			return &finding.Commit{Hash: e.Commit, Blob: e.Blob}, err
		}
	}
	found := *c.last
	found.Blob = e.Blob
	return &found, nil
}

func (c *commits) ask(hash string) error {
	if c.cat == nil {
		cat, err := c.repo.Converse(c.ctx, "cat-file", "--batch")
		if err != nil {
			return err
		}
		c.cat, c.batch = cat, git.NewBatch(cat)
	}
	if _, err := io.WriteString(c.cat.In, hash+"\n"); err != nil {
		return err
	}
	o, err := c.batch.Next()
	if err == nil && (o.Missing || o.Kind != "commit" || o.Name != hash) {
		err = git.ErrBatch
	}
	if err != nil {
		return err
	}
	content, err := io.ReadAll(c.batch)
	if err != nil {
		return err
	}
	author, when, err := git.Author(content)
	c.last = &finding.Commit{Hash: hash, Author: author, When: when}
	return err
}

func (c *commits) close() {
	if c.cat != nil {
		_ = errors.Join(c.cat.In.Close(), c.cat.Close())
	}
}

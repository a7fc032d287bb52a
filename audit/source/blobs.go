package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"example.com/keyturn/audit/source/git"
)

// blobs reads contents out of the database of a repository. list names them: git answers while it goes on.
type blobs struct {
	*scan
	root  *Root
	repo  git.Repo
	list  func(ctx context.Context, ask func(git.Entry) error) error
	place func(git.Entry) place
}

// ahead is how many contents may be asked for before the first answer is read. git answers what it has read
// when its own memory is full: that many answers fill it, even if each only says that there is none.
const ahead = 1024

func (b *blobs) read() error {
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	cat, err := b.repo.Converse(ctx, "cat-file", "--batch", "--buffer")
	if err != nil {
		return err
	}
	asked := make(chan git.Entry, ahead)
	var listed error
	var asking sync.WaitGroup
	asking.Go(func() {
		defer close(asked)
		listed = b.ask(ctx, cat.In, asked)
	})
	unread, failed := b.answers(cat, asked)
	if unread != nil || failed != nil {
		cancel()
	}
	for range asked { // whoever asks may wait for room
	}
	asking.Wait()
	closed := cat.Close()
	if unread = first(listed, closed, unread); unread != nil && failed == nil {
		b.fail(*b.root, ".", unread)
	}
	return failed
}

// first is the first error that is one.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return nil
}

// ask asks for everything on the list.
func (b *blobs) ask(ctx context.Context, in io.WriteCloser, asked chan<- git.Entry) error {
	w := &asker{in: in}
	err := b.list(ctx, func(e git.Entry) error {
		if e.Link || b.foreign(*b.root, e.Path) {
			return nil
		}
		select {
		case asked <- e:
		default: // nobody answers what is not sent
			if err := w.flush(); err != nil {
				return err
			}
			select {
			case asked <- e:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return w.ask(e.Blob)
	})
	return errors.Join(err, w.flush(), in.Close())
}

// asker writes names in pieces that a pipe takes.
type asker struct {
	in  io.Writer
	buf bytes.Buffer
}

func (a *asker) ask(name string) error {
	a.buf.WriteString(name)
	a.buf.WriteByte('\n')
	if a.buf.Len() < 4<<10 {
		return nil
	}
	return a.flush()
}

func (a *asker) flush() error {
	_, err := a.buf.WriteTo(a.in)
	return err
}

// inHand is the largest text that waits for a worker; a larger one is dealt with where it was read.
const inHand = 256 << 10

// answers reads what git answers, and leaves what is worth it to the workers. It may end because git does not
// answer, or because of whoever the texts are given to.
func (b *blobs) answers(cat io.Reader, asked <-chan git.Entry) (unread, failed error) {
	w := newWorker(b.scan)
	w.large = largeMemory(1) // of its own: what it holds while it waits for a worker, no worker may wait for
	w.deliver = func(f File) error {
		if len(f.Raw) > inHand {
			return b.visit(f)
		}
		f.Raw = bytes.Clone(f.Raw)
		return b.give(textJob(f))
	}
	batch := git.NewBatch(cat)
	lost := 0
	for e := range asked {
		o, err := batch.Next()
		if err == nil && o.Name != e.Blob {
			err = git.ErrBatch
		}
		switch {
		case err != nil:
			return err, nil
		case o.Missing:
			lost++
		case o.Kind == "blob":
			if err := w.look(batch, o.Size, b.place(e)); err != nil {
				return nil, err
			}
		}
	}
	if lost > 0 {
		b.skip(*b.root, ".", fmt.Sprintf("the repository is incomplete: %d of the files are not in it", lost), true)
	}
	return nil, nil
}

// textJob is a text that was read already.
type textJob File

func (j textJob) do(w *worker) error { return w.visit(File(j)) }

// bare reads the last commit of a bare repository.
func (s *scan) bare(r Root) error {
	repo := r.repo()
	b := &blobs{
		scan: s, root: &r, repo: repo,
		place: func(e git.Entry) place {
			return place{root: &r, path: e.Path, noFix: func([]byte) string { return "a bare repository has no files that could be changed" }}
		},
		list: func(ctx context.Context, ask func(git.Entry) error) error {
			err := listed(ctx, repo, func(out io.Reader) error { return git.Tree(out, ask) }, "ls-tree", "-r", "-z", "--full-tree", "HEAD")
			if err != nil && empty(ctx, repo) {
				return nil
			}
			return err
		},
	}
	return b.read()
}

// listed runs a command and reads its output.
func listed(ctx context.Context, repo git.Repo, read func(io.Reader) error, args ...string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	out, err := repo.Start(ctx, args...)
	if err != nil {
		return err
	}
	if err = read(out); err != nil {
		cancel()
	}
	return first(out.Close(), err)
}

// empty reports whether a repository has no branch and no tag: nothing was ever committed to it.
func empty(ctx context.Context, repo git.Repo) bool {
	refs, err := repo.Output(ctx, "for-each-ref", "--count=1")
	return err == nil && refs == ""
}

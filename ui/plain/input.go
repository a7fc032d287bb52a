package plain

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"example.com/keyturn/actions"
	"example.com/keyturn/ui/follow"
)

// typed is a line of the user, or the end of all lines.
type typed struct {
	text string
	err  error
}

// maxTyped is how many bytes of a line count.
const maxTyped = 4096

var (
	errInterrupted = errors.New("interrupted")
	errGivenUp     = errors.New("given up")
)

// readLines hands out lines as they are typed. A reader that never ends is left waiting when the
// session is over: nothing can take it back.
func readLines(ctx context.Context, in io.Reader) <-chan typed {
	lines := make(chan typed)
	go func() {
		r := bufio.NewReaderSize(in, maxTyped)
		for {
			line, err := readLine(r)
			select {
			case lines <- typed{text: line, err: err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return lines
}

// readLine reads a line; of one that is too long, the beginning. What keys such as the arrows leave
// in it is taken out.
func readLine(r *bufio.Reader) (string, error) {
	text, more, err := r.ReadLine()
	line := strings.TrimSpace(clean(ansi.Strip(string(text))))
	for more && err == nil {
		_, more, err = r.ReadLine()
	}
	return line, err
}

// read waits for the next line behind a prompt.
func (s *session) read(ctx context.Context, prompt string) (string, error) {
	s.out.prompt(prompt)
	for {
		select {
		case in := <-s.input:
			if in.err == nil {
				s.out.entered()
			}
			s.out.end()
			return in.text, in.err
		case do := <-s.events:
			do()
		case <-s.interrupts:
			s.out.end()
			return "", errInterrupted
		case <-ctx.Done():
			s.out.end()
			return "", ctx.Err()
		}
	}
}

// patience is how long something takes before it is said.
const patience = 500 * time.Millisecond

const stillWaiting = "still waiting for the service; ctrl+c gives up"

// await does something that takes time. Ctrl+c gives it up.
func (s *session) await(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, follow.AskTimeout)
	defer cancel()
	done := make(chan error, 1)
	go s.beside(func() { done <- do(ctx) })
	slow := time.NewTimer(patience)
	defer slow.Stop()
	given := false
	for {
		select {
		case err := <-done:
			if given && err != nil {
				return errGivenUp
			}
			return err
		case <-slow.C:
			s.say(stillWaiting)
		case do := <-s.events:
			do()
		case <-s.interrupts:
			given = true
			cancel()
		}
	}
}

// ready reports whether a place can be read: that of the checkouts needs no service.
func (s *session) ready(ctx context.Context, place actions.Scope) bool {
	if place == actions.Repositories {
		return s.reposKnown(ctx)
	}
	return s.settled(ctx)
}

// settled waits until everything has been loaded. It reports whether there is something to read.
func (s *session) settled(ctx context.Context) bool {
	if !s.waitFor(ctx, func() bool { return !s.Book.Loading }) && s.Book.HasSpace {
		s.say("Not everything has been loaded yet: %d so far. Loading goes on.", s.Book.Loaded)
	}
	if !s.Book.HasSpace {
		s.sayOffline()
	}
	return s.Book.HasSpace
}

// waitFor waits until something is true, or the service fails, or the user has enough of it.
func (s *session) waitFor(ctx context.Context, ready func() bool) bool {
	slow := time.NewTimer(patience)
	defer slow.Stop()
	for s.Book.Online && !ready() {
		select {
		case <-slow.C:
			s.say("still waiting for the service; ctrl+c goes on without")
		case do := <-s.events:
			do()
		case <-s.interrupts:
			return false
		case <-ctx.Done():
			return false
		}
	}
	return ready()
}

// ask waits for the answer to a question. Whoever says nothing, interrupts or ends the input has not
// agreed to anything: the answer is "".
func (s *session) ask(ctx context.Context) string {
	text, err := s.read(ctx, "answer> ")
	switch {
	case errors.Is(err, errInterrupted):
		return ""
	case err != nil:
		s.over = true
		return ""
	}
	return text
}

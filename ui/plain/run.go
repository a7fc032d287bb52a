// Package plain is the console as lines of text, for screen readers and for terminals that show
// nothing else: one prompt, lines that are only ever added, no colour, no cursor movement. What can
// be done, why it cannot be done now and what must be typed before the worst are those of the screen.
//
// One goroutine holds everything; the service and the keyboard hand it what comes. It must not write
// a control character, and a secret only after it has asked.
package plain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"time"

	"example.com/keyturn/actions"
	"example.com/keyturn/crash"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/list"
	"example.com/keyturn/ui/todo"
)

// Config is what the line mode is made of.
type Config struct {
	Ports    kit.Ports
	ReadOnly bool
}

// Run reads lines from in and answers on out until the user leaves, in ends or ctx does. From the
// moment it is called, ctrl+c is its own: it gives up what is asked or under way, and ends nothing.
func Run(ctx context.Context, cfg Config, in io.Reader, out io.Writer) error {
	signal.Reset(os.Interrupt)
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	return run(ctx, cfg, in, out, interrupts)
}

// session is one user at one prompt.
type session struct {
	list.Env
	out        *printer
	input      <-chan typed
	interrupts <-chan os.Signal
	events     chan func() // what comes from other goroutines is done by the one of the session
	closed     <-chan struct{}
	follower   *follower
	words      *vocabulary
	place      actions.Scope
	lists      map[actions.Scope]rows
	history    history
	todo       *todo.List
	steps      []todo.Step
	step       int         // the chosen one, counted from 1; 0: none
	heard      *numbered   // what numbers choose from
	news       news        // what has changed since it was last said
	messages   []kit.Toast // what was said to the user, the oldest first
	clipboard  copied
	system     string        // the CI system whose lines were read last
	trouble    error         // why the service does not answer
	repoList   chan struct{} // closed once it is known which checkouts were scanned before
	looked     bool          // for what an earlier session has left, once everything was loaded
	over       bool
}

func run(ctx context.Context, cfg Config, in io.Reader, out io.Writer, interrupts <-chan os.Signal) error {
	ctx, cancel := context.WithCancel(ctx)
	s := newSession(ctx, cfg, in, out, interrupts)
	var background sync.WaitGroup
	background.Go(func() { s.beside(func() { s.follower.run(ctx) }) })
	background.Go(func() { s.beside(func() { s.askRepos(ctx) }) })
	err := s.converse(ctx)
	s.clearOnQuit()
	cancel()
	background.Wait()
	return err
}

func newSession(ctx context.Context, cfg Config, in io.Reader, out io.Writer, interrupts <-chan os.Signal) *session {
	book := kit.NewBook()
	book.ReadOnly, book.Online, book.Loading = cfg.ReadOnly, true, true
	if cfg.Ports.Clipboard == nil {
		cfg.Ports.Clipboard = noClipboard{}
	}
	s := &session{
		Env:        list.Env{Book: book, Styles: styles.New(styles.Options{NoColor: true, ASCII: true}), Ports: cfg.Ports, Spoken: true},
		out:        &printer{to: out},
		input:      readLines(ctx, in),
		interrupts: interrupts,
		events:     make(chan func()),
		closed:     ctx.Done(),
		words:      newVocabulary(),
		place:      actions.Overview,
		repoList:   make(chan struct{}),
	}
	s.follower = &follower{
		reader: cfg.Ports.Reader, came: s.post, part: s.onPart, changes: s.onChanges, failed: s.onFailure, watch: cfg.Ports.Watch, watched: s.onWatched,
		ports: cfg.Ports, left: s.onLeft,
	}
	s.lists = newLists(s)
	return s
}

// post hands something to the session's goroutine. After the end it is dropped.
func (s *session) post(do func()) {
	select {
	case s.events <- do:
	case <-s.closed:
	}
}

// beside does something in a goroutine of its own. A panic there is one of the session, which tells of it.
func (s *session) beside(do func()) {
	defer func() {
		if recovered := recover(); recovered != nil {
			c := crash.Of(recovered)
			s.post(func() { panic(c) })
		}
	}()
	do()
}

// converse is the whole conversation, and tells of a panic no more than may be told.
func (s *session) converse(ctx context.Context) (err error) {
	defer func() {
		if recovered := recover(); recovered != nil {
			err = crash.Of(recovered).Report(os.Getenv, time.Now())
		}
	}()
	return s.talk(ctx)
}

// talk is the whole conversation.
func (s *session) talk(ctx context.Context) error {
	s.greet(ctx)
	for !s.over && s.out.err == nil {
		s.tellNews()
		line, err := s.read(ctx, "keyturn> ")
		switch {
		case errors.Is(err, errInterrupted):
			s.say("Nothing is under way. To leave, type quit.")
		case errors.Is(err, io.EOF):
			s.over = true
		case err != nil:
			return err
		case line == "":
			s.nothingNew()
		default:
			s.obey(ctx, line)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("stopped: %w", context.Cause(ctx))
		}
	}
	return s.out.err
}

// Command keyturn is the terminal console for the credentials of a LocalStack workspace, and the
// workspace service it talks to.
package main

import (
	_ "example.com/keyturn/styles/prelude" // first: keeps Bubble Tea from asking the terminal at start

	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/keyturn/audit"
	"example.com/keyturn/cli"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/term"
)

// version is set by the build of a release.
var version = "dev"

func main() {
	log.SetOutput(io.Discard) // net/http's own words must not tear the screen
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := cli.Execute(ctx, cli.Deps{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		InTTY: isTerminal(os.Stdin), OutTTY: isTerminal(os.Stdout), ErrTTY: isTerminal(os.Stderr), Width: columns(os.Stderr),
		Env: os.Getenv, Now: time.Now, Zone: time.Local, Version: version,
		Serve: serve, Demo: demo, Console: console, Connect: connect, Local: local, Clipboard: newClipboard, StateDir: stateDir(os.Getenv), Keeper: keeper,
		Audit: audit.Run, Look: func() *styles.Styles { return look("", term.ReadFacts(os.Getenv)) },
	}, os.Args[1:])
	stop()
	os.Exit(code)
}

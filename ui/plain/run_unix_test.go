//go:build unix

package plain_test

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/plain"
)

// absent is a service that never answers.
type absent struct{ kit.Reader }

func (absent) Changes(context.Context, int64, time.Duration) (models.Changes, error) {
	return models.Changes{}, &models.Error{Fault: models.FaultUnreachable, Title: "nobody is there"}
}

// Whoever listened to ctrl+c before, as main does to end commands, does not hear it any more.
func TestCtrlCEndsNothing(t *testing.T) {
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt)
	defer stop()
	in, keys := io.Pipe()
	out := &transcript{}
	ended := make(chan error, 1)
	go func() {
		ended <- plain.Run(ctx, plain.Config{Ports: kit.Ports{Reader: absent{}, Now: time.Now}}, in, out)
	}()
	waitFor(t, out, "keyturn> ")
	if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	waitFor(t, out, "To leave, type quit.")
	if ctx.Err() != nil {
		t.Error("the one who listened before has heard it too")
	}
	_ = keys.Close()
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

// waitFor polls what has been written: signals are real, and so is the time they take.
func waitFor(t *testing.T, out *transcript, text string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		out.mu.Lock()
		found := strings.Contains(out.text.String(), text)
		out.mu.Unlock()
		if found {
			return
		}
	}
	t.Fatalf("%q was not written", text)
}

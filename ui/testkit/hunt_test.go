package testkit_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/ui/testkit"
)

// A value that was handed out must not be asked about, nor lie in the story's folders, and it is seen on a screen.
func TestTheWorldHunts(t *testing.T) {
	hunt.Leaks(t, func(t testing.TB) {
		w := testkit.NewWorld(t, testkit.Sample)
		ctx, stop := context.WithTimeout(context.Background(), time.Second)
		defer stop()
		value := testkit.Value("crd_deploy", 1)
		if w.Leaked(value) {
			t.Error("what nobody has read is taken for told")
		}
		w.Expect("secret crd_deploy", "secret "+value)
		if _, err := w.Secret(ctx, "crd_deploy", 0); err != nil {
			t.Error(err)
		}
		if !w.Leaked("a frame with " + value) {
			t.Error("a value is not seen on a screen")
		}
		_, _ = w.Secret(ctx, models.CredentialID(value), 0) // there is none
		if err := os.WriteFile(filepath.Join(t.TempDir(), "left"), []byte(value), 0o600); err != nil {
			t.Error(err)
		}
	}, "what the service was asked", "/left")
}

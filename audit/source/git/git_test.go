package git

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestGitSeesNoTokenAndNoOtherRepository(t *testing.T) {
	for _, name := range []string{"LOCALSTACK_AUTH_TOKEN", "LOCALSTACK_API_KEY", "GIT_DIR", "GIT_WORK_TREE", "GIT_SSH_COMMAND", "GIT_CONFIG_COUNT", "GIT_EXTERNAL_DIFF", "GIT_TRACE", "GIT_PAGER"} {
		t.Setenv(name, "whatever")
	}
	t.Setenv("XDG_CONFIG_HOME", "/x")
	env := environment()
	for _, pair := range env {
		if strings.HasSuffix(pair, "=whatever") {
			t.Errorf("git sees %s", pair)
		}
	}
	if !slices.Contains(env, "XDG_CONFIG_HOME=/x") || !slices.Contains(env, "PATH="+os.Getenv("PATH")) {
		t.Errorf("git does not see where its files are: %q", env)
	}
}

func TestWhatGitSaysOfAFailure(t *testing.T) {
	_, err := Repo{Dir: t.TempDir(), GitDir: "none"}.Output(t.Context(), "rev-parse", "HEAD")
	if err == nil || !strings.HasPrefix(err.Error(), "git: not a git repository") {
		t.Error(err)
	}
	if _, err := (Repo{Dir: filepath.Join(t.TempDir(), "gone")}).Output(t.Context(), "version"); err == nil || strings.Contains(err.Error(), "\n") {
		t.Error(err)
	}
	out, err := Repo{Dir: t.TempDir()}.Output(t.Context(), "version")
	if err != nil || !strings.HasPrefix(out, "git version ") {
		t.Error(out, err)
	}
}

func TestAConversationEndsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	if err := Ignorer(dir); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s, err := Repo{Dir: dir, GitDir: "."}.Converse(ctx, "cat-file", "--batch")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Close() }()
	cancel()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("a command that was killed did not fail")
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the command goes on")
	}
}

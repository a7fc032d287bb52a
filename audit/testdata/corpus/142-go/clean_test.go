package it

import (
	"os"
	"testing"
)

func TestNoLegacy(t *testing.T) {
	os.Unsetenv("LOCALSTACK_API_KEY")
	for _, n := range []string{"LOCALSTACK_AUTH_TOKEN", "ELS_API_KEY", "LOCALSTACK_API_KEY_FILE"} {
		t.Setenv(n, "test")
	}
	/*
		t.Setenv("LOCALSTACK_API_KEY", "x")
	*/
}

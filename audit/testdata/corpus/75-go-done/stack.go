package shop

import (
	"errors"
	"os"
	"strings"
)

// LOCALSTACK_API_KEY: see the change log.
func clean(env []string) ([]string, error) {
	os.Unsetenv("LOCALSTACK_API_KEY")
	var kept []string
	for _, e := range env {
		if strings.HasPrefix(e, "LOCALSTACK_API_KEY_ID=") {
			kept = append(kept, e)
		}
	}
	if _, old := os.LookupEnv("LOCALSTACK_API_KEY"); old {
		return nil, errors.New("LOCALSTACK_API_KEY is no longer read: set LOCALSTACK_AUTH_TOKEN")
	}
	return kept, nil
}

/*
	os.Setenv("LOCALSTACK_API_KEY", "x")
*/

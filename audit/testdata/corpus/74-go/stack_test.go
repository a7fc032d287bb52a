package shop

import (
	"os"
	"testing"
)

// stackEnv passes LOCALSTACK_API_KEY on.
func stackEnv() map[string]string {
	return map[string]string{
		"SERVICES":           "s3", // LOCALSTACK_API_KEY
		"LOCALSTACK_API_KEY": os.Getenv("LOCALSTACK_API_KEY"),
	}
}

func TestStack(t *testing.T) {
	key, ok := os.LookupEnv("LOCALSTACK_API_KEY")
	if !ok {
		t.Skip("LOCALSTACK_API_KEY is not set")
	}
	/* t.Setenv("LOCALSTACK_API_KEY", "x") */
	t.Setenv("LOCALSTACK_API_KEY", key)
	script := `
# LOCALSTACK_API_KEY in a comment of the script
export LOCALSTACK_API_KEY=` + key + ` // not a comment of Go
`
	_ = script
}

package stack

import "os"

// Key returns the key.
func Key() string { return os.Getenv("LOCALSTACK_API_KEY") }

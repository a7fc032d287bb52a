package auth

import "os"

// Legacy returns the legacy key.
func Legacy() string { return os.Getenv("LOCALSTACK_API_KEY") }

package lsclient

import "os"

func key() string { return os.Getenv("LOCALSTACK_API_KEY") }

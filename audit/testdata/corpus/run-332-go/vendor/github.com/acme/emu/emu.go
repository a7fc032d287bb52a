package emu

import "os"

func Key() string { return os.Getenv("LOCALSTACK_API_KEY") }

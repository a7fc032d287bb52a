package proof_test

import (
	"io"
	"log"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // net/http's own words, as in main
	os.Exit(m.Run())
}

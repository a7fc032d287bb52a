package proof_test

import (
	"fmt"
	"io"
	"log"
	"os"
	"testing"

	"example.com/keyturn/server/store/storetest"
)

// builtIn is the folder of the program that the tests have built, once there is one.
var builtIn string

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // net/http's own words, as in main
	if os.Getenv(childVar) != "" {
		if err := child(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code := storetest.Ended(m.Run())
	if builtIn != "" {
		_ = os.RemoveAll(builtIn)
	}
	os.Exit(code)
}

// Package night says how large a run of the tests is: that of every change, or that of a night.
package night

import (
	"os"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// Var makes the run larger: 1 is the size of every change, 25 that of every night.
const Var = "KEYTURN_PROOF_SEEDS"

// Seeds is how often what is drawn by lot is drawn.
func Seeds(t testing.TB) int {
	t.Helper()
	text := os.Getenv(Var)
	if text == "" {
		return 1
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s must be a number from 1 on", Var)
	}
	return n
}

// Long reports whether this is more than the run of every change.
func Long(t testing.TB) bool { return Seeds(t) > 1 }

// Check holds a property to as many times its usual draws.
func Check(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	for range Seeds(t) {
		rapid.Check(t, property)
	}
}

// Package seeds says how large a proof is to be.
package seeds

import (
	"os"
	"strconv"
	"testing"
)

// Variable makes every proof larger: 1 is the size of every change, 25 that of every night.
const Variable = "KEYTURN_PROOF_SEEDS"

// Of returns how many seeds a proof runs with; they are the numbers from 0 on. It fails the test where the
// variable is no such number.
func Of(t testing.TB) int {
	t.Helper()
	text := os.Getenv(Variable)
	if text == "" {
		return 1
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s must be a number from 1 on", Variable)
	}
	return n
}

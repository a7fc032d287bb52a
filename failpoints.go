//go:build failpoints

package main

import (
	"net/http"

	"example.com/keyturn/proof/failpoint"
)

// A build for tests dies where it is told to. No release is built with this file.
func init() {
	diskOf, line = failpoint.Disk, failpoint.Line{Next: &http.Transport{}}
}

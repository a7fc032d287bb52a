//go:build !unix

package term

import (
	"os"
	"time"
)

// readable reports that there is nothing: here Bubble Tea gets whole keys from the console.
func readable(*os.File, time.Duration) bool { return false }

package server_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestAServiceReadsItsListsAhead, and its counts tell how much memory that takes.
func TestAServiceReadsItsListsAhead(t *testing.T) {
	c := newCluster(t)
	m := c.start()
	c.eventually("pages are ready", func() bool {
		counts := httptest.NewRecorder()
		m.Operations().ServeHTTP(counts, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		return strings.Contains(counts.Body.String(), "\nkeyturn_kept_pages_bytes ") && !strings.Contains(counts.Body.String(), "\nkeyturn_kept_pages_bytes 0\n")
	})
}

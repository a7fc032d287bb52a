package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/keyturn/models"
)

func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, &models.Error{
			Fault: models.FaultInvalid, Code: "body-too-large", Title: "The body is too large",
			Detail: fmt.Sprintf("at most %d bytes", tooLarge.Limit), Fix: "send less at once",
		}
	}
	if err != nil {
		return nil, invalid("the body did not arrive whole")
	}
	return body, nil
}

// readLarge is readBody of a body that may be large: if its length is known, its place is made once, and not found by
// growing. So only whoever may send a large one has the service make room by saying how much is to come.
func readLarge(r *http.Request) ([]byte, error) {
	if r.ContentLength < 0 || r.ContentLength > maxLargeBody {
		return readBody(r)
	}
	body := make([]byte, r.ContentLength)
	if _, err := io.ReadFull(r.Body, body); err != nil {
		return nil, invalid("the body did not arrive whole")
	}
	return body, nil
}

func etag(r models.Revision) string { return `"` + strconv.FormatInt(int64(r), 10) + `"` }

// ifMatch reads the revision that the caller saw.
func ifMatch(r *http.Request) (models.Revision, error) {
	header := r.Header.Get("If-Match")
	if header == "" {
		return 0, &models.Error{
			Fault: models.FaultInvalid, Code: "if-match-missing", Title: "A change must name the state that it changes",
			Fix: "read the object and send its ETag as If-Match",
		}
	}
	n, err := strconv.ParseInt(strings.Trim(header, `"`), 10, 64)
	if err != nil || etag(models.Revision(n)) != header {
		return 0, &models.Error{
			Fault: models.FaultInvalid, Code: "if-match-malformed", Title: "This If-Match is not an ETag of this service",
			Fix: "send the ETag as it was read, one of them, with its quotes",
		}
	}
	return models.Revision(n), nil
}

const minKey, maxKey = 8, 128

func idempotencyKey(r *http.Request) (string, error) {
	key := r.Header.Get("Idempotency-Key")
	if n := utf8.RuneCountInString(key); n < minKey || n > maxKey {
		return "", &models.Error{
			Fault: models.FaultInvalid, Code: "idempotency-key-missing", Title: "A POST must carry an Idempotency-Key",
			Detail: fmt.Sprintf("%d to %d characters", minKey, maxKey), Fix: "make a new one for each new request, and keep it for repeats",
		}
	}
	return key, nil
}

// readable refuses a query of which something would be passed over.
func readable(r *http.Request) error {
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		return invalid("the query is not well-formed")
	}
	return nil
}

func page(r *http.Request) (models.Page, error) {
	limit, err := number(r, "limit", 1, models.MaxPage)
	if err != nil {
		return models.Page{}, err
	}
	cursor, _, err := single(r, "cursor")
	return models.Page{Cursor: cursor, Limit: int(limit)}, err
}

// single reads a parameter that comes once at most.
func single(r *http.Request, name string) (value string, given bool, err error) {
	switch values := r.URL.Query()[name]; len(values) {
	case 0:
		return "", false, nil
	case 1:
		return values[0], true, nil
	}
	return "", false, invalid(name + " comes twice")
}

// number reads a whole number from the query; without it, 0.
func number(r *http.Request, name string, low, high int64) (int64, error) {
	text, given, err := single(r, name)
	if err != nil || !given {
		return 0, err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < low || n > high {
		return 0, invalid(fmt.Sprintf("%s must be a whole number from %d to %d", name, low, high))
	}
	return n, nil
}

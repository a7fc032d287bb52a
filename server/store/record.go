package store

import (
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"example.com/keyturn/models"
)

// record reads the columns of one row from left to right. A list is thousands of rows of some thirty
// columns, and what a database does for each value costs more than all that happens to it afterwards. SQLite is
// quickest when a row comes as one JSON array, and its texts are parts of that; PostgreSQL, when it hands out
// the values as they are, which then lie in one text behind each other.
type record struct {
	rest string // what has not been read yet, from the next value on; or a row of values
	ends []int  // where the values of a row end
	next int    // of them
	room []byte
}

// copy takes a row of values.
func (r *record) copy(values [][]byte) {
	r.room, r.ends, r.next = r.room[:0], r.ends[:0], 0
	for _, v := range values {
		r.room = append(r.room, v...)
		r.ends = append(r.ends, len(r.room))
	}
	r.rest = string(r.room)
}

// value is the next of a row of values.
func (r *record) value() string {
	start := 0
	if r.next > 0 {
		start = r.ends[r.next-1]
	}
	r.next++
	return r.rest[start:r.ends[r.next-1]]
}

// load takes the present row.
func (r *record) load(rows *sql.Rows) error {
	var row string
	if err := rows.Scan(&row); err != nil {
		return err
	}
	r.rest = strings.TrimPrefix(row, "[")
	return nil
}

// part is the next column as JSON.
func (r *record) part() string {
	end := len(r.rest)
	if strings.HasPrefix(r.rest, `"`) {
		end = textEnd(r.rest)
	} else if i := strings.IndexAny(r.rest, ",]"); i >= 0 {
		end = i
	}
	v := r.rest[:end]
	r.rest = strings.TrimPrefix(r.rest[min(end+1, len(r.rest)):], " ") // PostgreSQL's arrays are spaced
	return v
}

// textEnd is the length of the JSON string with which s begins.
func textEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return len(s)
}

// text is the next column; "" for NULL.
func (r *record) text() string {
	if r.ends != nil {
		return r.value()
	}
	v := r.part()
	if len(v) < 2 || v[0] != '"' {
		return ""
	}
	if strings.IndexByte(v, '\\') < 0 {
		return v[1 : len(v)-1]
	}
	var s string
	_ = json.Unmarshal([]byte(v), &s) // the database has just written it
	return s
}

// number is the next column; 0 for NULL.
func (r *record) number() int64 {
	n, _ := r.given()
	return n
}

// given is the next column, and whether it is not NULL.
func (r *record) given() (int64, bool) {
	var v string
	if r.ends != nil {
		v = r.value()
	} else {
		v = r.part()
	}
	n, err := strconv.ParseInt(v, 10, 64)
	return n, err == nil
}

// hash is the next column; zeros where there is none.
func (r *record) hash() models.EventHash {
	h, _ := models.ParseEventHash(r.text()) // what is no hash is a wrong one
	return h
}

// flag is the next column; false for NULL.
func (r *record) flag() bool { return r.number() != 0 }

// instant is the next column; the zero time for NULL.
func (r *record) instant() time.Time {
	n, ok := r.given()
	if !ok {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

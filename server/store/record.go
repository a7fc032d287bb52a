package store

import (
	"database/sql"
	"time"
)

// record reads the columns of one row from left to right. A list is thousands of rows of some
// thirty columns: the conversions of Scan would cost more than the query itself.
type record struct {
	values []any
	into   []any
	at     int
}

// load takes the present row.
func (r *record) load(rows *sql.Rows) error {
	if r.values == nil {
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		r.values, r.into = make([]any, len(columns)), make([]any, len(columns))
		for i := range r.values {
			r.into[i] = &r.values[i]
		}
	}
	r.at = 0
	return rows.Scan(r.into...)
}

func (r *record) next() any {
	v := r.values[r.at]
	r.at++
	return v
}

// text is the next column; "" for NULL.
func (r *record) text() string {
	switch v := r.next().(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

// number is the next column; 0 for NULL.
func (r *record) number() int64 {
	n, _ := r.next().(int64)
	return n
}

// flag is the next column; false for NULL.
func (r *record) flag() bool {
	switch v := r.next().(type) {
	case int64:
		return v != 0
	case bool:
		return v
	}
	return false
}

// instant is the next column; the zero time for NULL.
func (r *record) instant() time.Time {
	if n, ok := r.next().(int64); ok {
		return time.UnixMilli(n).UTC()
	}
	return time.Time{}
}

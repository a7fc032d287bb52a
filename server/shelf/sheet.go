package shelf

import (
	"slices"
	"strings"
)

// sheet is one page as it is sent. Nobody changes a sheet: what has moved is written into another one.
type sheet struct {
	body []byte
	ids  []string // of its objects, in their order, and of the one behind them if there is one
	ends []int    // of its objects, each behind the comma or the bracket that follows it
}

const head = `{"items":[`

// measured is how many objects say how much room all of them need: they are much of a size.
const measured = 16

// write makes a sheet of the first objects, up to that many, and tells whether there are more.
func (l *List[T]) write(items []T, limit int) *sheet {
	told := items[:min(len(items), limit)]
	s := &sheet{body: []byte(head), ids: make([]string, len(items)), ends: make([]int, 0, len(told))}
	for i := range items {
		s.ids[i] = strings.Clone(l.id(&items[i])) // else it would keep the whole row that it is a part of
	}
	for i := range told {
		if i == measured {
			s.body = slices.Grow(s.body, (len(s.body)-len(head))/measured*(len(told)-measured)*9/8)
		}
		s.body = l.append(s.body, &told[i])
		s.end()
	}
	return s.close()
}

// end ends an object.
func (s *sheet) end() {
	s.body = append(s.body, ',')
	s.ends = append(s.ends, len(s.body))
}

// more reports whether there is an object behind those that are told.
func (s *sheet) more() bool { return len(s.ids) > len(s.ends) }

// has reports whether that is one of its objects, or the one behind them.
func (s *sheet) has(id string) bool {
	_, found := slices.BinarySearch(s.ids, id)
	return found
}

// close ends the list and says where the next page begins.
func (s *sheet) close() *sheet {
	if n := len(s.ends); n == 0 {
		s.body = append(s.body, ']')
	} else {
		s.body[s.ends[n-1]-1] = ']'
	}
	s.body = append(s.body, `,"next":"`...)
	s.body = append(s.body, s.next()...) // an id stands for itself between quotes
	s.body = append(s.body, `"}`...)
	return s
}

// next is where the next page begins; empty behind the last one.
func (s *sheet) next() string {
	if !s.more() {
		return ""
	}
	return s.ids[len(s.ends)-1]
}

// object is the text of the i-th object.
func (s *sheet) object(i int) []byte {
	start := len(head)
	if i > 0 {
		start = s.ends[i-1]
	}
	return s.body[start : s.ends[i]-1]
}

// rewrite makes a sheet with other texts for some objects.
func (l *List[T]) rewrite(old *sheet, items map[string]*T) *sheet {
	s := &sheet{body: make([]byte, 0, len(old.body)+len(old.body)/64+64), ids: old.ids, ends: make([]int, 0, len(old.ends))}
	s.body = append(s.body, head...)
	for i := range old.ends {
		if item := items[old.ids[i]]; item != nil {
			s.body = l.append(s.body, item)
		} else {
			s.body = append(s.body, old.object(i)...)
		}
		s.end()
	}
	return s.close()
}

// size is how much room it takes.
func (s *sheet) size() int {
	const perID, perEnd, rest = 48, 8, 512
	return cap(s.body) + perID*len(s.ids) + perEnd*len(s.ends) + rest
}

package store

import (
	"strconv"
	"strings"
	"time"

	"example.com/keyturn/models"
)

// days counts activations per day over the recent past. It is kept as one column, "first day;n,n,n",
// because a table with a row a day would be the largest of all for what is only ever summed up.
type days struct {
	first  int64 // days since 1970
	counts []int64
}

// keptDays is how many days are kept: the recent ones and a day for clocks that differ.
const keptDays = models.RecentDays + 1

func dayOf(t time.Time) int64 { return t.Unix() / int64(24*time.Hour/time.Second) }

func parseDays(s string) days {
	head, tail, ok := strings.Cut(s, ";")
	if !ok {
		return days{}
	}
	first, err := strconv.ParseInt(head, 10, 64)
	if err != nil {
		return days{}
	}
	d := days{first: first}
	for part := range strings.SplitSeq(tail, ",") {
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return days{}
		}
		d.counts = append(d.counts, n)
	}
	return d
}

func (d days) String() string {
	if len(d.counts) == 0 {
		return ""
	}
	b := strconv.AppendInt(nil, d.first, 10)
	for i, n := range d.counts {
		sep := byte(',')
		if i == 0 {
			sep = ';'
		}
		b = strconv.AppendInt(append(b, sep), n, 10)
	}
	return string(b)
}

// countSince sums up what a kept column counts from that day on. Lists ask it for every row, so it makes
// no days.
func countSince(kept string, day int64) int64 {
	head, tail, ok := strings.Cut(kept, ";")
	at, err := strconv.ParseInt(head, 10, 64)
	if !ok || err != nil {
		return 0
	}
	var sum int64
	for more := true; more; at++ {
		var part string
		part, tail, more = strings.Cut(tail, ",")
		if at < day {
			continue
		}
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return 0
		}
		sum += n
	}
	return sum
}

// add counts n more on that day and forgets days too old to be recent. A day before the kept ones
// is not counted.
func (d days) add(day, n int64) days {
	if len(d.counts) == 0 {
		return days{first: day, counts: []int64{n}}
	}
	if day < d.first {
		return d
	}
	for int64(len(d.counts)) <= day-d.first {
		if day-d.first >= 2*keptDays {
			return days{first: day, counts: []int64{n}}
		}
		d.counts = append(d.counts, 0)
	}
	d.counts[day-d.first] += n
	if extra := len(d.counts) - keptDays; extra > 0 {
		d.counts, d.first = d.counts[extra:], d.first+int64(extra)
	}
	return d
}

// spread distributes a caller's count evenly over the days from its first to its last use; only
// what falls on kept days is kept.
func (d days) spread(c models.Caller, today int64) days {
	first, last := dayOf(c.First), dayOf(c.Last)
	if last > today {
		last = today
	}
	span := max(last-first+1, 1)
	for day := max(first, today-keptDays+1); day <= last; day++ {
		n := c.Count*(day-first+1)/span - c.Count*(day-first)/span
		if n > 0 {
			d = d.merge(day, n)
		}
	}
	return d
}

// merge is add for days in any order.
func (d days) merge(day, n int64) days {
	if len(d.counts) > 0 && day < d.first {
		d.counts = append(make([]int64, d.first-day), d.counts...)
		d.first = day
	}
	return d.add(day, n)
}

// Package metrics counts what the service does, and writes the counts as Prometheus reads them.
//
// It is a leaf, and knows neither HTTP nor the workspace. A label never holds a name, an address or a
// secret: its values are few, and are those of lists in the program.
package metrics

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Metrics are the counts of one process. They are safe for concurrent use, and a nil one counts nothing.
type Metrics struct {
	version string
	began   time.Time

	requests    family // method, route, status
	latency     family // method, route
	activations family // verdict
	events      family // action
	limited     family // what was counted: member, credential, address
	sweeps      family // outcome
	database    family // kind of failure
	duty        atomic.Bool
	kept        atomic.Int64 // bytes
}

// New returns counts that begin at zero.
func New(version string, now time.Time) *Metrics {
	return &Metrics{
		version: version, began: now,
		requests:    family{name: "keyturn_http_requests_total", help: "Answered requests.", labels: []string{"method", "route", "status"}},
		latency:     family{name: "keyturn_http_request_seconds", help: "How long requests took, without long polls that waited.", labels: []string{"method", "route"}, timed: true},
		activations: family{name: "keyturn_activations_total", help: "Presented credentials, by what was answered.", labels: []string{"verdict"}},
		events:      family{name: "keyturn_events_total", help: "Events that this service has written: steps of rotations, readings of secrets, changes.", labels: []string{"action"}},
		limited:     family{name: "keyturn_refused_by_limit_total", help: "Requests refused because somebody asked too much.", labels: []string{"counted_by"}},
		sweeps:      family{name: "keyturn_sweeps_total", help: "Looks for graces that are over.", labels: []string{"outcome"}},
		database:    family{name: "keyturn_database_failures_total", help: "Transactions that the database did not do.", labels: []string{"kind"}},
	}
}

// Request counts an answered request; a long poll is not timed.
func (m *Metrics) Request(method, route string, status int, took time.Duration, timed bool) {
	if m == nil {
		return
	}
	m.requests.at(method, route, strconv.Itoa(status)).count.Add(1)
	if timed {
		m.latency.at(method, route).observe(took)
	}
}

// Activation counts a presented credential.
func (m *Metrics) Activation(verdict string) {
	m.add(verdict, func() *family { return &m.activations })
}

// Event counts an event that was committed.
func (m *Metrics) Event(action string) { m.add(action, func() *family { return &m.events }) }

// Limited counts a request that was refused because of a limit.
func (m *Metrics) Limited(by string) { m.add(by, func() *family { return &m.limited }) }

// DatabaseFailure counts a transaction that failed.
func (m *Metrics) DatabaseFailure(kind string) { m.add(kind, func() *family { return &m.database }) }

// Sweep counts a look for graces that are over, and notes whether this service has that duty.
func (m *Metrics) Sweep(duty bool, err error) {
	if m == nil {
		return
	}
	m.duty.Store(duty)
	switch {
	case err != nil:
		m.sweeps.at("failed").count.Add(1)
	case duty:
		m.sweeps.at("done").count.Add(1)
	}
}

// Kept notes how many bytes the pages of lists take that are kept ready.
func (m *Metrics) Kept(bytes int) { m.kept.Store(int64(bytes)) }

func (m *Metrics) add(label string, of func() *family) {
	if m != nil {
		of().at(label).count.Add(1)
	}
}

// Write writes everything in the text format of Prometheus.
func (m *Metrics) Write(to io.Writer) error {
	w := bufio.NewWriter(to)
	for _, f := range []*family{&m.requests, &m.latency, &m.activations, &m.events, &m.limited, &m.sweeps, &m.database} {
		f.write(w)
	}
	gauge := func(name, help, value string) {
		fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s gauge\n%s %s\n", name, help, name, name, value)
	}
	onDuty := "0"
	if m.duty.Load() {
		onDuty = "1"
	}
	gauge("keyturn_on_duty", "Whether this service ends the graces of the workspace.", onDuty)
	gauge("keyturn_kept_pages_bytes", "Memory of the pages of lists that are kept ready.", strconv.FormatInt(m.kept.Load(), 10))
	fmt.Fprintf(w, "# HELP keyturn_build_info Which program this is.\n# TYPE keyturn_build_info gauge\nkeyturn_build_info{version=%s,go=%s} 1\n", quote(m.version), quote(runtime.Version()))
	gauge("process_start_time_seconds", "When the process began.", number(float64(m.began.UnixMilli())/1000))
	gauge("go_goroutines", "Goroutines that exist.", strconv.Itoa(runtime.NumGoroutine()))
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	gauge("go_memstats_heap_inuse_bytes", "Memory that the heap uses.", strconv.FormatUint(memory.HeapInuse, 10))
	return w.Flush()
}

// family is all series of one name.
type family struct {
	name, help string
	labels     []string
	timed      bool
	series     sync.Map // of *series, by their labels joined
}

// bounds are the upper bounds of the buckets in seconds: from an activation in memory to an import.
var bounds = [...]float64{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60}

type series struct {
	values  []string
	count   atomic.Int64
	nanos   atomic.Int64
	buckets [len(bounds)]atomic.Int64
}

func (s *series) observe(took time.Duration) {
	seconds := took.Seconds()
	for i, most := range bounds {
		if seconds <= most {
			s.buckets[i].Add(1)
			break
		}
	}
	s.nanos.Add(int64(took))
	s.count.Add(1)
}

func (f *family) at(values ...string) *series {
	key := strings.Join(values, "\x00")
	if s, ok := f.series.Load(key); ok {
		return s.(*series)
	}
	s, _ := f.series.LoadOrStore(key, &series{values: values})
	return s.(*series)
}

func (f *family) write(w io.Writer) {
	kind := "counter"
	if f.timed {
		kind = "histogram"
	}
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", f.name, f.help, f.name, kind)
	all := map[string]*series{}
	f.series.Range(func(key, s any) bool { all[key.(string)] = s.(*series); return true })
	for _, key := range slices.Sorted(maps.Keys(all)) {
		s := all[key]
		labels := f.pairs(s.values)
		if !f.timed {
			fmt.Fprintf(w, "%s{%s} %d\n", f.name, labels, s.count.Load())
			continue
		}
		// Read before the buckets: a bucket never holds more than what the count says.
		count, sum, below := s.count.Load(), s.nanos.Load(), int64(0)
		for i, most := range bounds {
			below = min(below+s.buckets[i].Load(), count)
			fmt.Fprintf(w, "%s_bucket{%s,le=%q} %d\n", f.name, labels, number(most), below)
		}
		fmt.Fprintf(w, "%s_bucket{%s,le=\"+Inf\"} %d\n", f.name, labels, count)
		fmt.Fprintf(w, "%s_sum{%s} %s\n%s_count{%s} %d\n", f.name, labels, number(float64(sum)/float64(time.Second)), f.name, labels, count)
	}
}

func (f *family) pairs(values []string) string {
	parts := make([]string, len(values))
	for i, value := range values {
		parts[i] = f.labels[i] + "=" + quote(value)
	}
	return strings.Join(parts, ",")
}

var escapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)

func quote(value string) string { return `"` + escapes.Replace(value) + `"` }

func number(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

package metrics_test

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/keyturn/server/metrics"
)

var sampleLine = regexp.MustCompile(`^([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*\})? ([0-9.e+-]+)$`)

// parsed is what a Prometheus would read.
func parsed(t *testing.T, m *metrics.Metrics) map[string]float64 {
	t.Helper()
	var b strings.Builder
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	typed, found := map[string]bool{}, map[string]float64{}
	for line := range strings.Lines(b.String()) {
		line = strings.TrimSuffix(line, "\n")
		if name, ok := strings.CutPrefix(line, "# TYPE "); ok {
			name, _, _ = strings.Cut(name, " ")
			if typed[name] {
				t.Errorf("%s is there twice", name)
			}
			typed[name] = true
		}
		if strings.HasPrefix(line, "#") {
			continue
		}
		parts := sampleLine.FindStringSubmatch(line)
		if parts == nil {
			t.Fatalf("no Prometheus reads %q", line)
		}
		value, err := strconv.ParseFloat(parts[3], 64)
		if err != nil {
			t.Fatal(err)
		}
		base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(parts[1], "_bucket"), "_sum"), "_count")
		if !typed[parts[1]] && !typed[base] {
			t.Errorf("%s has no type", parts[1])
		}
		found[parts[1]+parts[2]] = value
	}
	return found
}

func TestCountsAreWrittenAsPrometheusReadsThem(t *testing.T) {
	m := metrics.New(`1.2 "x\y"`, time.UnixMilli(1_500))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 250 {
				m.Request("GET", "/v1/credentials/{credential_id}", 200, 3*time.Millisecond, true)
				m.Activation("accepted")
			}
		})
	}
	all.Wait()
	m.Request("GET", "/v1/changes", 200, time.Minute, false)
	m.Request("POST", "/v1/import", 200, 5*time.Minute, true)
	m.Event("rotation.started")
	m.Limited("address")
	m.DatabaseFailure("write")
	m.Sweep(true, nil)
	m.Sweep(true, errors.New("x"))
	m.Kept(4096)
	got := parsed(t, m)
	for name, want := range map[string]float64{
		`keyturn_http_requests_total{method="GET",route="/v1/credentials/{credential_id}",status="200"}`:        1000,
		`keyturn_http_requests_total{method="GET",route="/v1/changes",status="200"}`:                            1,
		`keyturn_http_request_seconds_bucket{method="GET",route="/v1/credentials/{credential_id}",le="0.0025"}`: 0,
		`keyturn_http_request_seconds_bucket{method="GET",route="/v1/credentials/{credential_id}",le="0.005"}`:  1000,
		`keyturn_http_request_seconds_bucket{method="GET",route="/v1/credentials/{credential_id}",le="+Inf"}`:   1000,
		`keyturn_http_request_seconds_count{method="GET",route="/v1/credentials/{credential_id}"}`:              1000,
		`keyturn_http_request_seconds_sum{method="GET",route="/v1/credentials/{credential_id}"}`:                3,
		`keyturn_http_request_seconds_bucket{method="POST",route="/v1/import",le="60"}`:                         0,
		`keyturn_http_request_seconds_bucket{method="POST",route="/v1/import",le="+Inf"}`:                       1,
		`keyturn_activations_total{verdict="accepted"}`:                                                         1000,
		`keyturn_events_total{action="rotation.started"}`:                                                       1,
		`keyturn_refused_by_limit_total{counted_by="address"}`:                                                  1,
		`keyturn_database_failures_total{kind="write"}`:                                                         1,
		`keyturn_sweeps_total{outcome="done"}`:                                                                  1,
		`keyturn_sweeps_total{outcome="failed"}`:                                                                1,
		`keyturn_on_duty`:                                                                                       1,
		`keyturn_kept_pages_bytes`:                                                                              4096,
		`process_start_time_seconds`:                                                                            1.5,
	} {
		if value, ok := got[name]; !ok || value != want {
			t.Errorf("%s is %v (there: %v), want %v", name, value, ok, want)
		}
	}
	if _, ok := got[`keyturn_http_request_seconds_count{method="GET",route="/v1/changes"}`]; ok {
		t.Error("a long poll is timed")
	}
	var none *metrics.Metrics
	none.Request("GET", "/", 200, 0, true)
	none.Event("x")
	none.Sweep(true, nil)
}

func BenchmarkRequest(b *testing.B) {
	m := metrics.New("1", time.Now())
	b.ReportAllocs()
	for b.Loop() {
		m.Request("GET", "/v1/license/request", 200, time.Millisecond, true)
	}
}

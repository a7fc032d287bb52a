package models

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseOverlap(t *testing.T) {
	tests := []struct {
		in   string
		want Overlap
		back string // how it is written; empty: refused
	}{
		{"none", Overlap{Mode: OverlapNone}, "none"},
		{"first-use", DefaultOverlap, "first-use+24h"},
		{" first-use+24h ", DefaultOverlap, "first-use+24h"},
		{"first-use+0h", Overlap{Mode: OverlapFirstUse}, "first-use+0h"},
		{"first-use+7d", Overlap{Mode: OverlapFirstUse, Grace: 7 * 24 * time.Hour}, "first-use+7d"},
		{"72h", Overlap{Mode: OverlapFixed, Grace: 72 * time.Hour}, "3d"},
		{"90m", Overlap{Mode: OverlapFixed, Grace: 90 * time.Minute}, "90m"},
		{"1.5d", Overlap{Mode: OverlapFixed, Grace: 36 * time.Hour}, "36h"},
		{"30d", Overlap{Mode: OverlapFixed, Grace: MaxGrace}, "30d"},
		{in: ""}, {in: "never"}, {in: "24"}, {in: "0h"}, {in: "-1h"}, {in: "31d"}, {in: "first-use+31d"},
		{in: "first-use+"}, {in: "first-use24h"}, {in: "first-use-24h"}, {in: "none+24h"},
		{in: "1d12h"}, {in: "213504d"}, {in: "1e9d"},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			got, err := ParseOverlap(tt.in)
			if (err == nil) != (tt.back != "") {
				t.Fatalf("got %v, %v", got, err)
			}
			if err == nil && (got != tt.want || got.String() != tt.back) {
				t.Errorf("got %+v, written %q; want %+v, written %q", got, got, tt.want, tt.back)
			}
		})
	}
}

func TestOverlapReadsWhatItWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Overlap{Mode: rapid.SampledFrom([]OverlapMode{OverlapFirstUse, OverlapFixed, OverlapNone}).Draw(t, "mode")}
		if o.Mode != OverlapNone {
			o.Grace = time.Duration(rapid.Int64Range(1, int64(MaxGrace/time.Second)).Draw(t, "seconds")) * time.Second
		}
		if err := o.Validate(); err != nil {
			t.Fatalf("%+v: %v", o, err)
		}
		got, err := ParseOverlap(o.String())
		if err != nil || got != o {
			t.Fatalf("%q was read as %+v, %v", o, got, err)
		}
	})
}

func TestOverlapValidate(t *testing.T) {
	for _, bad := range []Overlap{
		{}, {Mode: "later"}, {Mode: OverlapNone, Grace: time.Hour}, {Mode: OverlapFixed},
		{Mode: OverlapFixed, Grace: -1}, {Mode: OverlapFirstUse, Grace: -1}, {Mode: OverlapFirstUse, Grace: MaxGrace + 1},
	} {
		if bad.Validate() == nil {
			t.Errorf("%+v was accepted", bad)
		}
	}
}

// Days are multiplied by hand, so they must not wrap around into a time that looks allowed.
func TestParseGraceDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-10_000_000, 10_000_000).Draw(t, "days")
		d, err := ParseGrace(fmt.Sprintf("%dd", n))
		if err == nil && (int64(d/(24*time.Hour)) != n || d%(24*time.Hour) != 0) {
			t.Fatalf("%d days became %s", n, d)
		}
		if err != nil && n > -100_000 && n < 100_000 {
			t.Fatal(err)
		}
	})
}

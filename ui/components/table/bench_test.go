package table

import (
	"fmt"
	"testing"

	"github.com/muesli/termenv"

	"example.com/keyturn/styles"
)

// crowd is a table of 100,000 rows on a usual screen.
func crowd(b *testing.B) *Model[thing] {
	b.Helper()
	m := newTable(styles.Options{Theme: "dark", Profile: termenv.TrueColor})
	first, last := []string{"Maria", "Ben", "Zoë", "Jürgen", "Ana", "Wei", "Olga"}, []string{"Garcia", "Okafor", "Smith", "Nguyen", "Öz"}
	rows := make([]*thing, 100_000)
	for i := range rows {
		rows[i] = &thing{key: fmt.Sprintf("mem_%06d", i), name: fmt.Sprintf("%s %s %d", first[i%7], last[i%5], i), uses: i % 997}
	}
	m.SetRows(rows)
	m.SetSize(120, 38)
	return m
}

// BenchmarkCursorKey is one key down, or up again at the end of a page, and the frame after it.
func BenchmarkCursorKey(b *testing.B) {
	m := crowd(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if m.Down(1); i%1000 == 999 {
			m.Top()
		}
		_ = m.View()
	}
}

// BenchmarkFilterKey is one key of a pattern, on average over typing it, and the frame after it.
func BenchmarkFilterKey(b *testing.B) {
	for _, text := range []string{"maria ga", "zoe", "!ben", "99999"} {
		b.Run(text, func(b *testing.B) {
			m := crowd(b)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				if n++; n > len(text) {
					b.StopTimer()
					m.SetFilter("")
					n = 1
					b.StartTimer()
				}
				m.SetFilter(text[:n])
				_ = m.View()
			}
		})
	}
}

// BenchmarkBackspace takes the last letter of a pattern away and types it again.
func BenchmarkBackspace(b *testing.B) {
	m := crowd(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, text := range []string{"ma", "mar", "mari", "mar"} {
			m.SetFilter(text)
		}
		_ = m.View()
	}
}

// BenchmarkPut is a page of 1,000 rows that streams into all others.
func BenchmarkPut(b *testing.B) {
	m := crowd(b)
	page := make([]*thing, 1000)
	for i := range page {
		page[i] = &thing{key: fmt.Sprintf("new_%06d", i*97), name: fmt.Sprintf("Maria %d", i*97)}
	}
	b.ReportAllocs()
	for b.Loop() {
		m.Put(page)
	}
}

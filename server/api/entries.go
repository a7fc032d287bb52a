package api

import (
	"iter"
	"reflect"
)

// byEntry is a list that is read entry by entry.
type byEntry interface {
	entry() reflect.Value // a place for one entry
	most() int
	keep(raw []byte, n int)
	whole() any // a place for the list, were it read at once
}

// entries is a list of a body that is kept as it came, once it is known to be right, and read entry by entry whenever
// somebody goes through it: in the form of Go a list may take fifty times its size.
type entries[T interface{ most() int }] struct {
	raw []byte
	n   int
}

func (e *entries[T]) entry() reflect.Value { return reflect.New(reflect.TypeFor[T]()).Elem() }

func (e *entries[T]) most() int { return (*new(T)).most() }

func (e *entries[T]) keep(raw []byte, n int) { e.raw, e.n = raw, n }

func (e *entries[T]) whole() any { return new([]T) }

// all goes through the list; each entry is the caller's to keep.
func (e entries[T]) all() iter.Seq[T] {
	return func(yield func(T) bool) {
		if e.n == 0 {
			return
		}
		r := reading{rest: e.raw[1:]}
		for r.next(']') {
			var one T
			_ = r.value(reflect.ValueOf(&one).Elem()) // which has been read without an error before
			if !yield(one) {
				return
			}
		}
	}
}

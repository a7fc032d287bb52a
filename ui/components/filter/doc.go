// Package filter finds rows by a few letters: fast enough for 100,000 rows at every key, with
// sahilm/fuzzy deciding what matches best. It also holds the line in which the letters are typed.
// It draws no list.
package filter

package inventory

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxTold is how many problems an error message tells; Problems holds all of them.
const maxTold = 50

// Problem is one thing that is wrong with a file, and where.
type Problem struct {
	File    string
	Line    int // from 1
	Message string
}

// String is the problem in the form that editors jump to.
func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message) }

// Problems is everything that is wrong with a file, in the order of its lines. No message holds a
// value that may be a secret.
type Problems struct{ List []Problem }

// Error tells the first fifty.
func (p *Problems) Error() string {
	lines := make([]string, 0, len(p.List)+1)
	for i, problem := range p.List {
		if i == maxTold {
			lines = append(lines, fmt.Sprintf("and %d more", len(p.List)-maxTold))
			break
		}
		lines = append(lines, problem.String())
	}
	return strings.Join(lines, "\n")
}

// found collects problems while a file is read.
type found struct {
	file string
	list []Problem
}

func (f *found) add(line int, format string, args ...any) {
	f.list = append(f.list, Problem{File: f.file, Line: max(line, 1), Message: fmt.Sprintf(format, args...)})
}

// err is nil if nothing was found.
func (f *found) err() error {
	if len(f.list) == 0 {
		return nil
	}
	slices.SortStableFunc(f.list, func(a, b Problem) int { return a.Line - b.Line })
	return &Problems{List: f.list}
}

// notEvenParsed returns the error of a file that ends before it says anything.
func (f *found) notEvenParsed(line int, err error) error {
	var problems *Problems
	if errors.As(err, &problems) {
		return problems
	}
	f.add(line, "%s", oneLine(err.Error()))
	return f.err()
}

// oneLine keeps a message on its line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

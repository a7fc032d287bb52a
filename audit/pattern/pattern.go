// Package pattern holds regular expressions that are compiled when they are first used: an audit has very many,
// and most runs of the program are none.
package pattern

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression. It is safe for use by several goroutines at once.
type Pattern struct {
	text string
	get  func() *regexp.Regexp
}

var (
	mu  sync.Mutex
	all []*Pattern
)

// New returns the pattern of a text that regexp understands; one that it does not panics when it is used.
func New(text string) *Pattern {
	p := &Pattern{text: text}
	p.get = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(p.text) })
	mu.Lock()
	defer mu.Unlock()
	all = append(all, p)
	return p
}

// All are the patterns of the program, for a test that compiles them.
func All() []*Pattern {
	mu.Lock()
	defer mu.Unlock()
	return append([]*Pattern{}, all...)
}

// String is the text of the pattern.
func (p *Pattern) String() string { return p.text }

// The methods are those of regexp.Regexp.

func (p *Pattern) Match(b []byte) bool                    { return p.get().Match(b) }
func (p *Pattern) MatchString(s string) bool              { return p.get().MatchString(s) }
func (p *Pattern) Find(b []byte) []byte                   { return p.get().Find(b) }
func (p *Pattern) FindString(s string) string             { return p.get().FindString(s) }
func (p *Pattern) FindIndex(b []byte) []int               { return p.get().FindIndex(b) }
func (p *Pattern) FindSubmatch(b []byte) [][]byte         { return p.get().FindSubmatch(b) }
func (p *Pattern) FindStringSubmatch(s string) []string   { return p.get().FindStringSubmatch(s) }
func (p *Pattern) FindStringSubmatchIndex(s string) []int { return p.get().FindStringSubmatchIndex(s) }
func (p *Pattern) FindSubmatchIndex(b []byte) []int       { return p.get().FindSubmatchIndex(b) }
func (p *Pattern) FindAllIndex(b []byte, n int) [][]int   { return p.get().FindAllIndex(b, n) }
func (p *Pattern) FindAllSubmatchIndex(b []byte, n int) [][]int {
	return p.get().FindAllSubmatchIndex(b, n)
}
func (p *Pattern) FindAllStringSubmatch(s string, n int) [][]string {
	return p.get().FindAllStringSubmatch(s, n)
}
func (p *Pattern) ReplaceAll(src, repl []byte) []byte { return p.get().ReplaceAll(src, repl) }
func (p *Pattern) ReplaceAllString(src, repl string) string {
	return p.get().ReplaceAllString(src, repl)
}
func (p *Pattern) ReplaceAllStringFunc(src string, repl func(string) string) string {
	return p.get().ReplaceAllStringFunc(src, repl)
}
func (p *Pattern) ReplaceAllFunc(src []byte, repl func([]byte) []byte) []byte {
	return p.get().ReplaceAllFunc(src, repl)
}

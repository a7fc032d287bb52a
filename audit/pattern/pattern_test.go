package pattern_test

import (
	"regexp"
	"testing"

	_ "example.com/keyturn/audit/inspect" // has most of them
	"example.com/keyturn/audit/pattern"
)

// A pattern that no regular expression is would be found out by whoever audits the right file.
func TestEveryPatternIsOne(t *testing.T) {
	all := pattern.All()
	if len(all) < 100 {
		t.Fatalf("only %d patterns: are they made elsewhere?", len(all))
	}
	for _, p := range all {
		if _, err := regexp.Compile(p.String()); err != nil {
			t.Error(err)
		}
	}
}

func TestAPatternIsARegularExpression(t *testing.T) {
	p := pattern.New(`a(b+)c`)
	if !p.MatchString("xabbc") || p.Match([]byte("ac")) || p.FindStringSubmatch("abbbc")[1] != "bbb" || p.ReplaceAllString("abc abbc", "$1") != "b bb" {
		t.Error("it finds something else")
	}
}

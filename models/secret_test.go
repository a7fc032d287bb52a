package models

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestSecretNeverPrints tries every way in which values end up in logs and files by accident.
func TestSecretNeverPrints(t *testing.T) {
	const value = "hunter2-hunter2"
	s := NewSecret(value)
	holder := struct {
		Name   string
		Secret Secret
		Ptr    *Secret
	}{"ci", s, &s}
	ways := map[string]func() string{
		"%v":     func() string { return fmt.Sprintf("%v", s) },
		"%+v":    func() string { return fmt.Sprintf("%+v", holder) },
		"%#v":    func() string { return fmt.Sprintf("%#v", holder) },
		"%s":     func() string { return fmt.Sprintf("%s", &s) },
		"%q":     func() string { return fmt.Sprintf("%q", s) },
		"%x":     func() string { return fmt.Sprintf("%x", s) },
		"%d":     func() string { return fmt.Sprintf("%d", s) }, //nolint:govet // on purpose
		"String": s.String,
		"JSON": func() string {
			b, err := json.Marshal(holder)
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		},
		"slog": func() string {
			var b bytes.Buffer
			slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "secret", s, "holder", holder)
			slog.New(slog.NewTextHandler(&b, nil)).Info("x", "secret", s, "holder", holder)
			return b.String()
		},
		"error": func() string { return fmt.Errorf("about %v: %w", s, ErrNeedsReason).Error() },
	}
	digits := fmt.Sprint([]byte(value))
	for name, print := range ways {
		got := print()
		hex := fmt.Sprintf("%x", value)
		if strings.Contains(got, value) || strings.Contains(got, hex) || strings.Contains(got, strings.Trim(digits, "[]")) {
			t.Errorf("%s printed the value: %s", name, got)
		}
		if !strings.Contains(got, "secret") {
			t.Errorf("%s did not print the stub: %s", name, got)
		}
	}
}

func TestSecretKeepsItsValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		x, y := NewSecret(a), NewSecret(b)
		if x.Reveal() != a || x.Empty() != (a == "") {
			t.Fatal("the value was changed")
		}
		if x.Equal(y) != (a == b) || (x.Digest() == y.Digest()) != (a == b) {
			t.Fatal("equality is not that of the values")
		}
		x.Wipe()
		if !x.Empty() || x.Reveal() != "" {
			t.Fatal("a wiped secret still has a value")
		}
		if y.Reveal() != b {
			t.Fatal("wiping one secret touched another")
		}
	})
}

package models

import (
	"bytes"
	"crypto/md5" //nolint:gosec // the format prescribes it
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sum is the format's checksum, written a second time so that a mistake in the first shows.
func sum(payload string) string {
	return fmt.Sprintf("%x", md5.Sum([]byte(payload)))[:4] //nolint:gosec // see the import
}

const payload = "AbCd1234-EfGh-5678-iJkL-90mNoPqR"

func TestParseToken(t *testing.T) {
	body := payload + sum(payload)
	tests := []struct {
		name  string
		token string
		want  error
	}{
		{"a token", "ls-" + body, nil},
		{"a longer prefix", "lsdemo-" + body, nil},
		{"nothing", "", ErrTokenPrefix},
		{"no dash", "ls" + strings.ReplaceAll(body, "-", ""), ErrTokenPrefix},
		{"another prefix", "gh-" + body, ErrTokenPrefix},
		{"a capital prefix", "LS-" + body, ErrTokenPrefix},
		{"digits in the prefix", "ls1-" + body, ErrTokenPrefix},
		{"an endless prefix", "ls" + strings.Repeat("x", 30) + "-" + body, ErrTokenPrefix},
		{"a space before", " ls-" + body, ErrTokenPrefix},
		{"a space behind", "ls-" + body + " ", ErrTokenShape},
		{"a line break behind", "ls-" + body + "\n", ErrTokenShape},
		{"too short", "ls-" + body[1:], ErrTokenShape},
		{"dashes elsewhere", "ls-" + strings.Replace(body, "4-E", "-4E", 1), ErrTokenShape},
		{"a digit where letters stand", "ls-1" + body[1:], ErrTokenShape},
		{"a letter beyond ASCII", "ls-é" + body[2:], ErrTokenShape},
		{"a typing error", "ls-B" + body[1:], ErrTokenChecksum},
		{"a checksum in capitals", "ls-" + payload + strings.ToUpper(sum(payload)), ErrTokenChecksum},
		{"a legacy key", "1a2B3c4D5e", ErrTokenPrefix},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			parts, err := ParseToken(tt.token)
			if !errors.Is(err, tt.want) {
				t.Fatalf("got the error %v, want %v", err, tt.want)
			}
			if err == nil && parts.Prefix+parts.Body != tt.token {
				t.Errorf("the parts %q and %q are not the token", parts.Prefix, parts.Body)
			}
		})
	}
}

func TestNewTokenParses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.StringMatching(`ls[A-Za-z]{0,22}`).Draw(t, "prefix")
		random := rapid.SliceOfN(rapid.Byte(), 64, 64).Draw(t, "random")
		s, err := NewToken(io.MultiReader(bytes.NewReader(random), rand.Reader), prefix)
		if err != nil {
			t.Fatal(err)
		}
		parts, err := ParseToken(s.Reveal())
		if err != nil {
			t.Fatalf("a new token does not parse: %v", err)
		}
		if parts.Prefix != prefix+"-" {
			t.Fatalf("its prefix is %q, want %q", parts.Prefix, prefix+"-")
		}
	})
}

func TestNewTokenRefuses(t *testing.T) {
	for _, prefix := range []string{"", "l", "LS", "ls-", "ls1", "ls" + strings.Repeat("a", 23), "lsé"} {
		if _, err := NewToken(rand.Reader, prefix); !errors.Is(err, ErrTokenPrefix) {
			t.Errorf("prefix %q: got %v", prefix, err)
		}
	}
	if _, err := NewToken(bytes.NewReader([]byte{1, 2, 3}), "ls"); !errors.Is(err, io.EOF) {
		t.Errorf("a source that runs dry: got %v", err)
	}
}

// Bytes past the last whole multiple of the alphabet would make its first characters likelier.
func TestNewTokenThrowsBiasedBytesAway(t *testing.T) {
	biased := bytes.Repeat([]byte{255}, 100)
	same := bytes.Repeat([]byte{0}, 100)
	s, err := NewToken(bytes.NewReader(append(biased, same...)), "ls")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(s.Reveal(), "ls-AAAAAAAA-AAAA-") {
		t.Error("the bytes 255 were not thrown away")
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add("ls-" + payload + sum(payload))
	f.Add("lsdemo-" + payload + "0000")
	f.Add("ls--------------------------------------")
	f.Add("1a2B3c4D5e")
	f.Add("ls-\x00")
	f.Fuzz(func(t *testing.T, s string) {
		parts, err := ParseToken(s)
		if err != nil {
			if parts != (TokenParts{}) {
				t.Fatal("a refused token has parts")
			}
			return
		}
		if parts.Prefix+parts.Body != s || len(parts.Body) != 36 || !strings.HasPrefix(s, "ls") {
			t.Fatalf("%q was taken apart as %q and %q", s, parts.Prefix, parts.Body)
		}
		if sum(parts.Body[:32]) != parts.Body[32:] {
			t.Fatalf("%q was accepted with a wrong checksum", s)
		}
		for _, r := range s {
			if r < '-' || r > 'z' {
				t.Fatalf("%q was accepted with the character %q", s, r)
			}
		}
	})
}

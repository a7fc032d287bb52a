package models

import (
	"crypto/md5" //nolint:gosec // the format prescribes it; it guards against typing errors, not attackers
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The shape of a LocalStack Auth Token, as LocalStack's Python CLI checks it: "ls", optional
// letters, a dash, then 36 characters grouped 8-4-4-4-12. The first group starts with four
// letters; the last four characters are the first four hex digits of the MD5 of the 32 before.
const (
	tokenBody     = 36
	tokenPayload  = 32
	tokenLetters  = 4
	letters       = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	alphanumerics = letters + "0123456789"
	maxPrefix     = 24
)

// Errors of ParseToken, from the outside in.
var (
	ErrTokenPrefix   = errors.New("an Auth Token starts with \"ls\", perhaps more letters, and a dash")
	ErrTokenShape    = errors.New("an Auth Token has 36 characters in groups of 8-4-4-4-12 after the prefix")
	ErrTokenChecksum = errors.New("the last four characters do not match the rest: a typing error, or not a token")
)

// TokenParts is a token taken apart.
type TokenParts struct {
	Prefix string // with its dash: "ls-", "lsdemo-"
	Body   string // 36 characters
}

// ParseToken checks shape and checksum. It says nothing about whether the token is active, and
// nothing about its kind: kinds look alike.
func ParseToken(s string) (TokenParts, error) {
	prefix, body, ok := strings.Cut(s, "-")
	if !ok || !validPrefix(prefix) {
		return TokenParts{}, ErrTokenPrefix
	}
	if !validBody(body) {
		return TokenParts{}, ErrTokenShape
	}
	if tokenChecksum(body[:tokenPayload]) != body[tokenPayload:] {
		return TokenParts{}, ErrTokenChecksum
	}
	return TokenParts{Prefix: prefix + "-", Body: body}, nil
}

// NewToken makes a token from random bytes, which must come from a CSPRNG outside of tests. The
// 28 free characters carry more than 165 bits. prefix is "ls" and perhaps more letters, no dash.
func NewToken(random io.Reader, prefix string) (Secret, error) {
	if !validPrefix(prefix) {
		return Secret{}, ErrTokenPrefix
	}
	var payload [tokenPayload]byte
	for i := range payload {
		if isDash(i) {
			payload[i] = '-'
			continue
		}
		set := alphanumerics
		if i < tokenLetters {
			set = letters
		}
		c, err := pick(random, set)
		if err != nil {
			return Secret{}, fmt.Errorf("make a token: %w", err)
		}
		payload[i] = c
	}
	return NewSecret(prefix + "-" + string(payload[:]) + tokenChecksum(string(payload[:]))), nil
}

func tokenChecksum(payload string) string {
	sum := md5.Sum([]byte(payload)) //nolint:gosec // see the import
	return hex.EncodeToString(sum[:2])
}

func validPrefix(p string) bool {
	if !strings.HasPrefix(p, "ls") || len(p) > maxPrefix {
		return false
	}
	return strings.Trim(p, letters) == ""
}

func validBody(b string) bool {
	if len(b) != tokenBody {
		return false
	}
	for i := range len(b) {
		set := alphanumerics
		switch {
		case isDash(i):
			set = "-"
		case i < tokenLetters:
			set = letters
		}
		if strings.IndexByte(set, b[i]) < 0 {
			return false
		}
	}
	return true
}

func isDash(i int) bool { return i == 8 || i == 13 || i == 18 || i == 23 }

// pick draws one character without bias: bytes past the last whole multiple are thrown away.
func pick(random io.Reader, set string) (byte, error) {
	limit := 256 - 256%len(set)
	var b [1]byte
	for {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return 0, err
		}
		if int(b[0]) < limit {
			return set[int(b[0])%len(set)], nil
		}
	}
}

package mend

import (
	"bytes"
	"fmt"
)

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// patched applies a patch of one file strictly: every line must be where the patch says.
func patched(t fataler, before, patch []byte) []byte {
	t.Helper()
	lines := bytes.SplitAfter(before, []byte{'\n'})
	var out []byte
	at := 0
	body := bytes.SplitAfter(patch, []byte{'\n'})[3:]
	for i := 0; i < len(body); i++ {
		line := body[i]
		if len(line) == 0 {
			continue
		}
		if line[0] == '@' {
			from, count := 0, 1
			if _, err := fmt.Sscanf(string(line), "@@ -%d,%d ", &from, &count); err != nil {
				count = 1
			}
			if count > 0 {
				from--
			}
			for ; at < from; at++ {
				out = append(out, lines[at]...)
			}
			continue
		}
		text := line[1:]
		if i+1 < len(body) && bytes.HasPrefix(body[i+1], []byte(`\`)) {
			text = text[:len(text)-1]
			i++
		}
		if line[0] != '+' {
			if !bytes.Equal(lines[at], text) {
				t.Fatalf("line %d is %q and not %q", at+1, lines[at], text)
			}
			at++
		}
		if line[0] != '-' {
			out = append(out, text...)
		}
	}
	for ; at < len(lines); at++ {
		out = append(out, lines[at]...)
	}
	return out
}

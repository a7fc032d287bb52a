package inspect

import "bytes"

var (
	word = []byte("localstack")
	dash = []byte("-")
)

// Worth reports whether a file can hold a finding at all: it names LocalStack in any case of letters, or
// holds what has the shape of an Auth Token. It is asked of every file, and so does no more than it must:
// both looks turn on a byte that is rare in texts.
func Worth(raw []byte) bool { return namesLocalStack(raw) || holdsToken(raw) }

func namesLocalStack(b []byte) bool {
	for _, k := range [2]byte{'k', 'K'} {
		for from := 0; ; {
			i := bytes.IndexByte(b[from:], k)
			if i < 0 {
				break
			}
			end := from + i + 1
			if end >= len(word) && b[end-2]|0x20 == 'c' && bytes.EqualFold(b[end-len(word):end], word) {
				return true
			}
			from = end
		}
	}
	return false
}

package source

import (
	"bytes"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// headSize is how much of a file git looks at to tell whether it is binary.
const headSize = 8000

// isBinary reports whether git would call a file binary that begins so.
func isBinary(head []byte) bool {
	return bytes.IndexByte(head[:min(len(head), headSize)], 0) >= 0
}

// wideText is the encoding of a text in UTF-16 that says so; nil if it is none. In UTF-32 the same mark is
// followed by a zero character, and no text in UTF-16 has one.
func wideText(head []byte) encoding.Encoding {
	if len(head) < 2 || len(head) >= 4 && head[2] == 0 && head[3] == 0 {
		return nil
	}
	switch {
	case head[0] == 0xff && head[1] == 0xfe:
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case head[0] == 0xfe && head[1] == 0xff:
		return unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
	}
	return nil
}

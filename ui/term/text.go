package term

import (
	"iter"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Width is how many cells a text takes, without its escape sequences.
func Width(s string) int {
	if width, ok := painted(s); ok {
		return width
	}
	return ansi.StringWidth(s)
}

// ellipsis ends what was cut off; it takes one cell.
const ellipsis = "…"

// painted counts the cells of printable ASCII with colours (SGR of ECMA-48) and ellipses in it:
// what nearly every line of a frame is made of, and what needs no look at clusters. Otherwise ok
// is false.
func painted(s string) (width int, ok bool) {
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case b >= ' ' && b <= '~':
			width++
		case b == '\x1b' && i+1 < len(s) && s[i+1] == '[':
			for i += 2; i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == ';'); {
				i++
			}
			if i == len(s) || s[i] != 'm' {
				return 0, false
			}
		case strings.HasPrefix(s[i:], ellipsis) && (i+len(ellipsis) == len(s) || s[i+len(ellipsis)] < 0x80):
			width++
			i += len(ellipsis) - 1
		default:
			return 0, false
		}
	}
	return width, true
}

// plainASCII reports whether every byte is one printable cell: the common case, and a cheap one.
func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Cut shortens a text to a width and ends it with the tail if something was cut off. It never
// splits a character.
func Cut(s string, width int, tail string) string {
	if width <= 0 {
		return ""
	}
	if plainASCII(s) {
		if len(s) <= width {
			return s
		}
		if keep := width - Width(tail); keep >= 0 {
			return s[:keep] + tail
		}
	}
	return ansi.Truncate(s, width, tail)
}

// CutStart shortens a text to a width by taking characters off its beginning, and begins it with the sign if
// something was cut off.
func CutStart(s string, width int, sign string) string {
	if Width(s) <= width {
		return s
	}
	if Width(sign) >= width {
		return Cut(s, width, sign)
	}
	room, over := width-Width(sign), Width(s)-(width-Width(sign))
	rest := s
	for cluster := range Clusters(s) {
		if over <= 0 && Width(rest) <= room {
			break
		}
		over -= Width(cluster)
		rest = rest[len(cluster):]
	}
	return sign + rest
}

// Skip takes cells off the beginning of a text. It never splits a character.
func Skip(s string, cells int) string {
	if plainASCII(s) {
		return s[min(len(s), max(0, cells)):]
	}
	return ansi.TruncateLeft(s, cells, "")
}

// Pad fills a text with blanks up to a width. A longer text stays.
func Pad(s string, width int) string {
	if gap := width - Width(s); gap > 0 {
		return s + strings.Repeat(" ", gap)
	}
	return s
}

// PadLeft is Pad with the blanks before the text.
func PadLeft(s string, width int) string {
	if gap := width - Width(s); gap > 0 {
		return strings.Repeat(" ", gap) + s
	}
	return s
}

// Fit cuts and pads: the result is exactly that wide.
func Fit(s string, width int, tail string) string { return Pad(Cut(s, width, tail), width) }

// Wrap breaks a text into lines of at most that width, at blanks and after hyphens where there are
// any. A character that is wider than a line has a line of its own. The library's own wrapping
// loses count of wide characters.
func Wrap(s string, width int) []string {
	width = max(1, width)
	var lines []string
	for paragraph := range strings.SplitSeq(s, "\n") {
		lines = append(lines, wrapParagraph(paragraph, width)...)
	}
	return lines
}

func wrapParagraph(s string, width int) (lines []string) {
	line, used := "", 0
	for s != "" {
		var gap, word string
		gap, word, s = nextWord(s)
		wide := Width(word)
		if used+len(gap)+wide <= width {
			line, used = line+gap+word, used+len(gap)+wide
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		pieces := strings.Split(ansi.Hardwrap(word, width, true), "\n")
		lines = append(lines, pieces[:len(pieces)-1]...)
		line = pieces[len(pieces)-1]
		used = Width(line)
	}
	return append(lines, line)
}

// nextWord takes a word off a text, with the blanks before it and the hyphen after it.
func nextWord(s string) (gap, word, rest string) {
	word = strings.TrimLeft(s, " ")
	gap = s[:len(s)-len(word)]
	end := strings.IndexAny(word, " -")
	switch {
	case end < 0:
		return gap, word, ""
	case word[end] == '-':
		end++
	}
	return gap, word[:end], word[end:]
}

// Clusters goes through what a reader takes for the characters of a text: with their marks, and
// with all of what is joined to one. Painted in two pieces, one would fall apart.
func Clusters(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for s != "" {
			cluster, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
			if cluster == "" || !yield(cluster) {
				return
			}
			s = s[len(cluster):]
		}
	}
}

// blanks is as many as most gaps need.
const blanks = "                                                                "

// Blanks writes so many blanks; none if n is not positive.
func Blanks(b *strings.Builder, n int) {
	for ; n > len(blanks); n -= len(blanks) {
		b.WriteString(blanks)
	}
	if n > 0 {
		b.WriteString(blanks[:n])
	}
}

// Clip makes a frame of exactly that many lines, none of them wider than the terminal.
func Clip(frame string, width, height int) string {
	if fits(frame, width, height) {
		return frame
	}
	lines := strings.Split(frame, "\n")
	out := make([]string, max(0, height))
	for i := range out {
		if i >= len(lines) {
			break
		}
		out[i] = lines[i]
		if Width(out[i]) > width {
			out[i] = ansi.Truncate(out[i], width, "")
		}
	}
	return strings.Join(out, "\n")
}

// fits reports whether a frame is as Clip would make it, as nearly every frame is.
func fits(frame string, width, height int) bool {
	lines := 0
	for line := range strings.SplitSeq(frame, "\n") {
		if lines++; lines > height || Width(line) > width {
			return false
		}
	}
	return lines == height
}

// Plain removes escape sequences that keyturn itself put into a text.
func Plain(s string) string { return ansi.Strip(s) }

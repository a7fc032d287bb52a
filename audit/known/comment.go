package known

import (
	"bytes"
	"regexp"
)

// Enough of the comments of every language to tell whether a mark stands alone in one.
var (
	// lineComment begins a comment that reaches to the end of the line.
	lineComment = `#+|//+!?|--+|;+|%+|'|\.\.|!+|dnl\b|(?i:@?rem\b)|::`
	// blockComment begins one that has an end of its own, or goes on in such a one.
	blockComment = `/\*+|\*+|<!--+|\{\{-?\s*/\*|\{#-?|<#|<%--|<%#|\(\*|\{-|"""|'''`
	// inJSON is a member that only says something: JSON has no comments.
	inJSON = `"(?://|#|\$comment|_?comment)"\s*:\s*"`

	opening = regexp.MustCompile(`^(?:(?:` + lineComment + `|` + blockComment + `)\s*)*$|^` + inJSON + `$`)
	remark  = regexp.MustCompile(`^(?:` + lineComment + `|\*+/|-->|\*/\s*-?\}\}|-?#\}|#>|--%>|\*\)|-\}|"""|''')`)
	closing = regexp.MustCompile(`\*/(?:\s*-?\}\})?|-->|-?#\}|#>|--?%>|\*\)|-\}|"""|'''`)
)

// opensComment reports whether nothing but the beginning of a comment stands before a mark. A mark with
// nothing at all before it stands inside a comment of several lines.
func opensComment(before []byte) bool { return opening.Match(bytes.TrimSpace(before)) }

// leavesComment reports whether something follows the end of the comment that a mark stands in.
func leavesComment(after []byte) bool {
	end := closing.FindIndex(after)
	return end != nil && len(bytes.TrimSpace(after[end[1]:])) > 0
}

// onlyComment reports whether a line goes on with a comment, or ends one.
func onlyComment(line []byte) bool {
	at := remark.FindIndex(line)
	return at != nil && !leavesComment(line)
}

package shape

import (
	"bytes"
	"regexp"
	"strings"
)

var setting = regexp.MustCompile(`^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*(=[ \t]*)?`)

// readDotenv reads lines of NAME=value. A value in quotes may go on over lines.
func readDotenv(text []byte) (*node, error) {
	root := &node{kind: "settings", at: unknown, pairs: true}
	for at := 0; at < len(text); {
		end := skipTo(text, at, "\n")
		line := bytes.TrimSpace(text[at:end])
		if len(line) == 0 || line[0] == '#' {
			at = end + 1
			continue
		}
		found := setting.FindSubmatchIndex(text[at:end])
		if found == nil || found[4] < 0 && at+found[1] < at+len(bytes.TrimRight(text[at:end], " \t\r")) {
			return nil, errNotRead
		}
		start := at + found[1]
		if start < end && (text[start] == '"' || text[start] == '\'') {
			closed := closing(text, start)
			if closed < 0 {
				return nil, errNotRead
			}
			end = skipTo(text, closed, "\n")
		}
		name := &node{kind: "name", value: string(text[at+found[2] : at+found[3]]), at: at + found[2]}
		name.below = []*node{{kind: "value", value: string(bytes.TrimSpace(text[start:end])), at: start}}
		root.below = append(root.below, name)
		at = end + 1
	}
	return root, nil
}

// closing returns where the quote that begins at start is closed again, or -1.
func closing(text []byte, start int) int {
	for i := start + 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && text[start] == '"':
			i++
		case text[i] == text[start]:
			return i
		}
	}
	return -1
}

var (
	instruction = regexp.MustCompile(`^[ \t]*([A-Za-z]+)(?:[ \t]|\r?$)`)
	escapes     = regexp.MustCompile("(?i)^#[ \t]*escape[ \t]*=[ \t]*`")
	heredoc     = regexp.MustCompile(`<<-?[ \t]*["']?([A-Za-z_][A-Za-z0-9_]*)["']?`)
)

const instructions = " ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR "

// readDockerfile reads one instruction after the other, each over all its lines.
func readDockerfile(text []byte) (*node, error) {
	escape := byte('\\')
	if escapes.Match(text) {
		escape = '`'
	}
	root := &node{kind: "image", at: unknown}
	for at := 0; at < len(text); {
		end := skipTo(text, at, "\n")
		line := bytes.TrimSpace(text[at:end])
		if len(line) == 0 || line[0] == '#' {
			at = end + 1
			continue
		}
		found := instruction.FindSubmatchIndex(text[at:end])
		if found == nil {
			return nil, errNotRead
		}
		name := strings.ToUpper(string(text[at+found[2] : at+found[3]]))
		end = instructionEnd(text, at, escape)
		if !strings.Contains(instructions, " "+name+" ") || end < 0 {
			return nil, errNotRead
		}
		root.below = append(root.below, &node{kind: name, value: string(text[at+found[3] : end]), at: at + found[2]})
		at = end + 1
	}
	return root, nil
}

// instructionEnd returns the end of the last line of the instruction that begins at a place, or -1 if the
// text is over before.
func instructionEnd(text []byte, at int, escape byte) int {
	var open []string
	for at < len(text) {
		end := skipTo(text, at, "\n")
		line := bytes.TrimSpace(text[at:end])
		if len(line) > 0 && line[0] == '#' || len(line) == 0 && end < len(text) { // they do not end it
			at = end + 1
			continue
		}
		for _, found := range heredoc.FindAllSubmatch(line, -1) {
			open = append(open, string(found[1]))
		}
		if len(line) == 0 || line[len(line)-1] != escape {
			return heredocEnd(text, end, open)
		}
		at = end + 1
	}
	return -1
}

// heredocEnd returns the end of the line that ends the last of the here documents which follow.
func heredocEnd(text []byte, end int, open []string) int {
	for len(open) > 0 {
		if end >= len(text) {
			return -1
		}
		start := end + 1
		end = skipTo(text, start, "\n")
		if string(bytes.TrimSpace(text[start:end])) == open[0] {
			open = open[1:]
		}
	}
	return end
}

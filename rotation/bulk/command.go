package bulk

import "strings"

// GoOn is the command that goes on with the plan in a file.
func GoOn(file string) string { return "keyturn rotate --run " + Word(file) }

// plain is what no shell takes for something else than itself.
const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/+,@"

// Word is a path as a shell reads it, without quotes where it needs none.
func Word(path string) string {
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	if strings.Trim(path, plain) != "" {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}

package models

import (
	"slices"
	"strconv"
	"strings"
)

// The variables in which LocalStack's clients look for a credential. Which one it is says nothing
// about what the value is: a token works in both.
const (
	AuthTokenVariable = "LOCALSTACK_AUTH_TOKEN" //nolint:gosec // the name of a variable
	APIKeyVariable    = "LOCALSTACK_API_KEY"    //nolint:gosec // the name of a variable
)

// VariableSupport says whether a client reads AuthTokenVariable.
type VariableSupport string

// What is known of a client and AuthTokenVariable.
const (
	SupportUnknown      VariableSupport = "unknown"      // not a client whose versions are known
	SupportMissing      VariableSupport = "missing"      // it reads only APIKeyVariable
	SupportUndocumented VariableSupport = "undocumented" // it reads it, though that is written nowhere
	SupportDocumented   VariableSupport = "documented"
)

// The versions of LocalStack from which on AuthTokenVariable is read, and is documented.
var (
	readsAuthToken     = [2]int{2, 2}
	documentsAuthToken = [2]int{3, 0}
)

// versioned are the clients that carry LocalStack's own version number.
var versioned = []string{"localstack", "localstack-cli", "localstack-core", "localstack-ext", "localstack-pro"}

// AuthTokenSupport says whether the client that called reads AuthTokenVariable, judged by its name
// and version.
func (c Caller) AuthTokenSupport() VariableSupport {
	name := strings.ReplaceAll(strings.ToLower(c.Client), "_", "-")
	if name == "lstk" {
		return SupportDocumented
	}
	version, ok := majorMinor(c.ClientVersion)
	switch {
	case !ok || !slices.Contains(versioned, name):
		return SupportUnknown
	case slices.Compare(version[:], readsAuthToken[:]) < 0:
		return SupportMissing
	case slices.Compare(version[:], documentsAuthToken[:]) < 0:
		return SupportUndocumented
	}
	return SupportDocumented
}

// majorMinor reads the first two numbers of a version: "v2.1.0.dev3" is 2 and 1, "3" is 3 and 0.
func majorMinor(s string) (version [2]int, ok bool) {
	parts := strings.SplitN(strings.TrimPrefix(s, "v"), ".", 3)
	for i, part := range parts[:min(len(parts), 2)] {
		if end := strings.IndexFunc(part, func(r rune) bool { return r < '0' || r > '9' }); end >= 0 {
			part = part[:end]
		}
		n, err := strconv.Atoi(part)
		if err != nil {
			return version, i > 0
		}
		version[i] = n
	}
	return version, true
}

// Label names a client, its version and its host, as far as they are known.
func (c Caller) Label() string {
	text := strings.TrimSpace(c.Client + " " + c.ClientVersion)
	if c.Host != "" {
		text = strings.TrimSpace(text + " on " + c.Host)
	}
	if c.CI {
		text = strings.TrimSpace(text + " (CI)")
	}
	return text
}

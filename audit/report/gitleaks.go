package report

import (
	"fmt"
	"io"
	"strings"

	"example.com/keyturn/audit/finding"
)

// gitleaksRule is what of a kind of finding a regular expression can tell.
type gitleaksRule struct {
	code     finding.Code
	regex    string
	keywords []string
}

// Neither knows a checksum, a comment or a version: what they find is less sure than an audit.
var gitleaksRules = []gitleaksRule{
	{finding.HardcodedAuthToken, `\b(ls[A-Za-z]{0,22}-[A-Za-z]{4}[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{8}[0-9a-f]{4})\b`, []string{"ls"}},
	{finding.LegacyKeyLiteral, `(?i)\blocalstack_(?:api_key|auth_token)\b["']?\s*[:=]\s*["']?([A-Za-z0-9]{8,12})\b`, []string{"localstack_api_key", "localstack_auth_token"}},
	{finding.LegacyEnvVar, `(?i)\b(localstack_api_key)\b`, []string{"localstack_api_key"}},
}

// WriteGitleaks writes the part of the rules that a scanner for secrets can use, as a configuration of
// gitleaks. It finds, and explains and mends nothing.
func WriteGitleaks(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# LocalStack's legacy credentials for gitleaks, by keyturn audit --export-gitleaks: it finds\n# without checksums, comments and versions, and fixes nothing.\ntitle = \"LocalStack credentials\"\n\n[extend]\nuseDefault = true\n")
	for _, r := range gitleaksRules {
		rule, _ := finding.Find(r.code)
		fmt.Fprintf(&b, "\n[[rules]]\nid = \"localstack-%s\"\ndescription = %q\nregex = '''%s'''\nsecretGroup = 1\nkeywords = [\"%s\"]\n", r.code, sentence(rule.Title), r.regex, strings.Join(r.keywords, `", "`))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the rules: %w", err)
	}
	return nil
}

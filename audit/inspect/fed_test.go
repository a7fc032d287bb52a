package inspect

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/keyturn/audit/finding"
)

// Which secrets LocalStack is fed from in CI, whatever system it is.
func TestWhatCIIsFedFrom(t *testing.T) {
	for _, c := range []struct{ path, text, want string }{
		{".github/workflows/ci.yml", "jobs:\n  a:\n    env:\n      LOCALSTACK_AUTH_TOKEN: ${{ secrets.MARIA_TOKEN }}\n      OTHER: ${{ secrets.NPM_TOKEN }}\n", "4:MARIA_TOKEN"},
		{".github/workflows/ci.yml", "jobs:\n  a:\n    env:\n      LOCALSTACK_API_KEY: ${{ secrets['BOB'] }}\n      # LOCALSTACK_AUTH_TOKEN: ${{ secrets.EVE }}\n", "4:BOB"},
		{".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - run: localstack auth set-token ${{ secrets.MARIA_TOKEN }}\n", "4:MARIA_TOKEN"},
		{".gitlab-ci.yml", "test:\n  variables:\n    LOCALSTACK_AUTH_TOKEN: $MARIA_TOKEN\n    OTHER: $NPM_TOKEN\n  script:\n    - localstack start\n", "3:MARIA_TOKEN"},
		{".gitlab-ci.yml", "test:\n  variables:\n    LOCALSTACK_AUTH_TOKEN: $LOCALSTACK_AUTH_TOKEN\n", ""},
		{"Jenkinsfile", "withCredentials([string(credentialsId: 'maria-santos', variable: 'LOCALSTACK_AUTH_TOKEN')]) {\n  sh 'localstack start'\n}\n", "1:maria-santos"},
		{"docker-compose.yml", "services:\n  localstack:\n    environment:\n      LOCALSTACK_AUTH_TOKEN: ${MARIA_TOKEN}\n", ""},
		{"README.md", "```yaml\nenv:\n  LOCALSTACK_AUTH_TOKEN: ${{ secrets.MARIA_TOKEN }}\n```\n", ""},
	} {
		var got []string
		for _, f := range Look(c.path, []byte(c.text)).Fed {
			got = append(got, fmt.Sprintf("%d:%s", f.Line, f.Subject))
			if f.Code != finding.PersonalTokenInCI || f.Severity != finding.Warning || f.Fix.Kind != finding.Manual || f.Path != c.path || !strings.Contains(f.Excerpt, f.Subject) {
				t.Errorf("%s: it would be told as %+v", c.path, f)
			}
		}
		if all := strings.Join(got, " "); all != c.want {
			t.Errorf("%s: fed from %q, want %q:\n%s", c.path, all, c.want, c.text)
		}
	}
}

// Every finding knows whether CI reads its file.
func TestFindingsInCISaySo(t *testing.T) {
	text := []byte("variables:\n  LOCALSTACK_API_KEY: q8Zr2Lm4Tx\n")
	for path, want := range map[string]bool{".gitlab-ci.yml": true, "config/settings.yml": false} {
		list := Look(path, text).Findings
		if len(list) == 0 || slices.ContainsFunc(list, func(f finding.Finding) bool { return f.CI != want }) {
			t.Errorf("%s: %+v", path, list)
		}
	}
}

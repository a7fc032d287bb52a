package report

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"example.com/keyturn/models"
)

// The configuration is what gitleaks reads, and its rules find what they are for and no placeholder.
func TestTheRulesForGitleaksFind(t *testing.T) {
	var b bytes.Buffer
	if err := WriteGitleaks(&b); err != nil {
		t.Fatal(err)
	}
	var config struct {
		Title  string `toml:"title"`
		Extend struct {
			UseDefault bool `toml:"useDefault"`
		} `toml:"extend"`
		Rules []struct {
			ID          string   `toml:"id"`
			Description string   `toml:"description"`
			Regex       string   `toml:"regex"`
			SecretGroup int      `toml:"secretGroup"`
			Keywords    []string `toml:"keywords"`
		} `toml:"rules"`
	}
	d := toml.NewDecoder(&b)
	d.DisallowUnknownFields()
	if err := d.Decode(&config); err != nil {
		t.Fatal(err)
	}
	token, err := models.NewToken(rand.NewChaCha8([32]byte{4}), "ls")
	if err != nil {
		t.Fatal(err)
	}
	key := "q1w2" + "e3r4t5"
	for _, c := range []struct {
		text string
		want []string // of the rules that find something, the values
	}{
		{"token: " + token.Reveal() + "\n", []string{"localstack-hardcoded-auth-token=" + token.Reveal()}},
		{`LOCALSTACK_AUTH_TOKEN = "` + key + `"`, []string{"localstack-legacy-key-literal=" + key}},
		{"LOCALSTACK_API_KEY: " + key, []string{"localstack-legacy-key-literal=" + key, "localstack-legacy-env-var=LOCALSTACK_API_KEY"}},
		{"LOCALSTACK_API_KEY: ${{ secrets.X }}", []string{"localstack-legacy-env-var=LOCALSTACK_API_KEY"}},
		{"ELSLOCALSTACK_API_KEY ls-dummy-token-for-offline-tests", nil},
	} {
		var got []string
		for _, r := range config.Rules {
			if m := regexp.MustCompile(r.Regex).FindStringSubmatch(c.text); m != nil {
				got = append(got, r.ID+"="+m[r.SecretGroup])
				if !slices.ContainsFunc(r.Keywords, func(k string) bool { return strings.Contains(strings.ToLower(c.text), k) }) {
					t.Errorf("%s is not looked for in %q: no keyword", r.ID, c.text)
				}
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("in %q they find %q", c.text, got)
		}
	}
	if !config.Extend.UseDefault || len(config.Rules) != len(gitleaksRules) {
		t.Errorf("%+v", config)
	}
}

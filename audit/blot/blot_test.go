package blot_test

import (
	"strings"
	"testing"

	"example.com/keyturn/audit/blot"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
)

func TestALineShowsNoValue(t *testing.T) {
	known := blot.Of([]finding.Finding{{Value: models.NewSecret("q7w2e9r4t1")}})
	for line, value := range map[string]string{
		"export X=q7w2e9r4t1":       "q7w2e9r4t1",
		"echo q7w2e9r4t1q7w2e9r4t1": "q7w2e9r4t1",
		"# ls-abcdef12-3456-7890-abcd-ef1234567890 has a wrong checksum": "abcdef12",
		`x = "\nls-abcdef12-3456-7890-abcd-ef1234567890"`:                "abcdef12",
		"t%3Dls-abcdef12-3456-7890-abcd-ef1234567890_":                   "abcdef12",
		"localstack login -u me@acme.dev -p s3cr3tPassw0rd":              "s3cr3tPassw0rd",
		"localstack login -u me -p justletters":                          "justletters",
		"psql --password hunter2hunter":                                  "hunter2hunter",
		`curl -H "ls-api-key: z1x2c3v4b5" host`:                          "z1x2c3v4b5",
		"LOCALSTACK_AUTH_TOKEN=z1x2c3v4b5":                               "z1x2c3v4b5",
		`"GITHUB_TOKEN": "ghp_A1b2C3d4E5f6"`:                             "ghp_A1b2C3d4E5f6",
		"aws_secret_access_key = A1b2C3d4E5f6/A1b2":                      "A1b2C3d4E5f6",
	} {
		shown := string(known.Line([]byte(line)))
		if strings.Contains(shown, value) || !strings.Contains(shown, blot.Mark) || !known.In([]byte(line)) {
			t.Errorf("a value of %d characters is shown", len(value))
		}
	}
}

func TestWhatIsNoValueStays(t *testing.T) {
	for _, line := range []string{
		"LOCALSTACK_API_KEY: ${{ secrets.LOCALSTACK_API_KEY }}", "docker run -p 4566:4566 -e DEBUG=1 localstack/localstack-pro:3.2.0",
		"LOCALSTACK_AUTH_TOKEN=your-token-1234567", "pip install localstack==1.4.0", "localstack login -u me -p $PASSWORD", "",
	} {
		if got := string(blot.Of(nil).Line([]byte(line))); got != line {
			t.Errorf("%q became %q", line, got)
		}
	}
}

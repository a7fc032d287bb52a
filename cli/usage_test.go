package cli_test

import (
	"strings"
	"testing"

	"example.com/keyturn/cli"
	"example.com/keyturn/ui/testkit"
)

func TestAMistypedCommandSaysWhatToWrite(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		for _, tc := range []struct{ typed, wrong, instead string }{
			{"show", "something is missing after keyturn show", "write keyturn show NAME|ID"},
			{"rename deploy", "something is missing after keyturn rename deploy", "write keyturn rename NAME|ID NEW-NAME"},
			{"show two words", `"words" is one word too many after keyturn show`, "quotes keep a name with spaces together"},
			{"list ci-tokens dep", `"dep" is one word too many`, "write keyturn list ci-tokens [--filter WORDS]"},
			{"rotat deploy", `unknown command "rotat"`, "did you mean keyturn rotate"},
			{"list member", `unknown command "member"`, "did you mean keyturn list members?"},
			{"rotation foo", `unknown command "foo"`, "look at keyturn rotation --help"},
			{"help foo", `unknown command "foo"`, "look at keyturn --help"},
			{"help list foo", `unknown command "foo"`, "look at keyturn list --help"},

			{"completion foo", `unknown command "foo"`, "keyturn completion"},
			{"show -dash", "in -dash", "a name that begins with a dash stands behind a --"},
			{"list events --limit x", `invalid argument "x" for "--limit" flag`, "look at keyturn list events --help"},
		} {
			d.run(cli.Usage, strings.Fields(tc.typed)...).says("keyturn: ", tc.wrong, "to do: ", tc.instead).doesNotSay("arg(s)", "strconv")
			d.run(cli.Usage, append(strings.Fields(tc.typed), "--json")...).says(`"code": "usage"`)
		}
		d.run(cli.Usage, "completion").says("say for which shell")
		d.run(cli.Done, "help", "list", "members").says("keyturn list members")
	})
}

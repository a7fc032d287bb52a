package inventory_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/inventory"
	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
)

// aToken is a complete token, made up: its checksum is right.
func aToken(t testing.TB) string {
	t.Helper()
	value, err := models.NewToken(strings.NewReader(strings.Repeat("keyturn!", 64)), "lsdemo")
	if err != nil {
		t.Fatal(err)
	}
	return value.Reveal()
}

func read(t *testing.T, name, text string) (models.Inventory, []inventory.Problem) {
	t.Helper()
	inv, err := inventory.Read(name, strings.NewReader(text))
	if err == nil {
		return inv, nil
	}
	h := hunt.For(t)
	h.Learn(aToken(t))
	h.Keep("what is told of a file", []byte(err.Error()))
	var problems *inventory.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("%T: %v", err, err)
	}
	return inv, problems.List
}

func TestEveryProblemIsNamedWithItsLine(t *testing.T) {
	token := aToken(t)
	broken := token[:len(token)-1] + "x"
	for _, tc := range []struct{ name, file, text, want string }{
		{"unknown field", "a.yaml", "members:\n  - email: a@b.c\n    seats: true\n", `3: a member has no field "seats": did you mean seat?`},
		{"far-off field", "a.yaml", "people: []\n", `1: a workspace file has no field "people": it has ci_tokens, legacy_keys, members, sunset, version, workspace`},
		{"missing field", "a.yaml", "members:\n  - name: Ada\n", `2: a member needs the field email`},
		{"bad role", "a.yaml", "members:\n  - email: a@b.c\n    role: owner\n", `3: role is member or admin, not "owner"`},
		{"quoted flag", "a.yaml", "members:\n  - email: a@b.c\n    seat: \"true\"\n", `3: seat is true or false`},
		{"bad e-mail", "a.yaml", "members:\n  - email: nobody\n", `2: email "nobody" is no e-mail address`},
		{"duplicate e-mail", "a.yaml", "members:\n  - email: a@b.c\n  - email: A@B.c\n", `3: "a@b.c" stands here a second time: the first is on line 2`},
		{"duplicate field", "a.yaml", "members:\n  - email: a@b.c\n    email: d@e.f\n", `3: the field email stands here a second time: the first is on line 2`},
		{"duplicate name", "a.yaml", "ci_tokens:\n  - name: x\n  - name: x\n", `3: "x" stands here a second time: the first is on line 2`},
		{"bad date", "a.yaml", "sunset:\n  end: soon\n", `2: end is a time such as 2026-11-27T09:00:00Z, or a day such as 2026-11-27`},
		{"inverted window", "a.yaml", "sunset:\n  downtimes:\n    - id: d\n      start: 2026-11-28\n      end: 2026-11-27\n", `3: the downtime "d" ends before it starts`},
		{"inverted sunset", "a.yaml", "sunset:\n  start: 2027-01-01\n  end: 2026-01-01\n", `2: the sunset ends before it starts`},
		{"a list where fields are", "a.yaml", "workspace: [a]\n", `1: workspace is made of fields (members_use_ci, name, personal_token_reveal), not of a list`},
		{"fields where a list is", "a.yaml", "members:\n  email: a@b.c\n", `2: members is a list, not fields`},
		{"an empty name", "a.yaml", "ci_tokens:\n  - name:\n", `2: name is empty: leave the field out, or give it a value`},
		{"a blank name", "a.yaml", "ci_tokens:\n  - name: '  '\n", `2: name is blank`},
		{"a token's checksum", "a.yaml", "ci_tokens:\n  - name: x\n    value: " + broken + "\n", `3: value is no Auth Token: `},
		{"a short legacy key", "a.yaml", "legacy_keys:\n  - kind: legacy_ci_key\n    name: x\n    value: abc\n", `4: value of a legacy key is 8 to 64 printable ASCII characters without blanks`},
		{"equal values", "a.yaml", "ci_tokens:\n  - name: x\n    value: " + token + "\n  - name: y\n    value: " + token + "\n", `4: this has the same value as the entry on line 2`},
		{"an owner of a CI key", "a.yaml", "legacy_keys:\n  - kind: legacy_ci_key\n    name: x\n    owner: a@b.c\n", `2: a legacy CI key belongs to the workspace and has no owner`},
		{"nobody's API key", "a.yaml", "legacy_keys:\n  - kind: legacy_api_key\n", `2: a legacy API key without an owner needs a name`},
		{"a count of nothing", "a.yaml", "ci_tokens:\n  - name: x\n    use:\n      - last: 2026-01-01\n        count: 0\n", `5: count is a whole number of at least 1`},
		{"another version", "a.yaml", "version: 2\n", `1: version "2" of the format is not known: this keyturn reads version 1`},
		{"two documents", "a.yaml", "version: 1\n---\nversion: 1\n", `a second document begins here`},
		{"an alias", "a.yaml", "workspace: &a\n  name: x\nsunset: *a\n", `anchors and aliases are not allowed`},
		{"broken YAML", "a.yaml", "members:\n\t- email: a@b.c\n", `2: this is not YAML here`},
		{"only comments", "a.yaml", "# nothing\n", `1: the file holds nothing but comments`},
		{"empty", "a.yaml", " \n", `1: the file is empty`},
		{"NUL", "a.yaml", "version: 1\n\x00", `2: there is a NUL byte here`},
		{"no UTF-8", "a.yaml", "version: 1\nworkspace:\n  name: \xff\n", `3: this line is not UTF-8`},
		{"broken JSON", "a.json", "{\"members\": [\n{\"email\": a}]}", `2: this is not JSON here`},
		{"open JSON", "a.json", "{\"members\": [\n{\"email\": \"a@b.c\"}\n", `2: the file ends too early`},
		{"JSON and more", "a.json", "{}\n{}", `2: something stands after the end of the workspace`},
		{"JSON's lines", "a.json", "{\n\"members\": [\n\t{\"email\": \"a@b.c\",\n\t\"role\": \"x\"}]}", `4: role is member or admin, not "x"`},
		{"JSON's types", "a.json", "{\"members\": [{\"email\": \"a@b.c\", \"seat\": \"yes\"}]}", `1: seat is true or false`},
		{"JSON's duplicate field", "a.json", "{\"version\": 1,\n\"version\": 1}", `2: the field version stands here a second time: the first is on line 1`},
		{"CSV's columns", "a.csv", "email,rank\n", `1: there is no column "rank": it has email, name, role, seat`},
		{"CSV without e-mail", "a.csv", "name,role\n", `1: the column email is missing: the first line names the columns, email,name,role,seat`},
		{"CSV's width", "a.csv", "email,name\na@b.c,Ada\nb@b.c,Okafor, Ben\n", `3: this line has 3 fields, the first line has 2: quote a name that holds a comma`},
		{"CSV's role", "a.csv", "email,role\na@b.c,boss\n", `2: role is member or admin, not "boss"`},
		{"CSV's seat", "a.csv", "email,seat\na@b.c,1\n", `2: seat is true or false`},
		{"CSV's duplicate", "a.csv", "email\na@b.c\nA@b.c\n", `3: "A@b.c" stands here a second time: the first is on line 2`},
		{"CSV's quotes", "a.csv", "email,name\na@b.c,\"x\n", `2: this is not CSV here`},
		{"CSV after a name of two lines", "a.csv", "email,name\na@b.c,\"x\ny\"\nb,z\n", `4: email "b" is no e-mail address`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			inv, problems := read(t, tc.file, tc.text)
			if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), tc.file+":") || !strings.Contains(problems[0].String(), tc.want) {
				t.Errorf("it told %q instead of %q", problems, tc.want)
			}
			if len(inv.Members)+len(inv.CITokens)+len(inv.LegacyKeys) > 0 {
				t.Error("something was returned beside the problems")
			}
			for _, p := range problems {
				if strings.Contains(p.Message, broken[8:]) || strings.Contains(p.Message, token[8:]) {
					t.Errorf("a value was told: %s", p)
				}
			}
		})
	}
}

func TestAllProblemsAreToldAtOnceInTheOrderOfTheLines(t *testing.T) {
	var text strings.Builder
	text.WriteString("members:\n")
	for i := range 60 {
		fmt.Fprintf(&text, "  - email: p%d@example.com\n    role: boss\n", i)
	}
	_, err := inventory.Read("team.yaml", strings.NewReader(text.String()))
	var problems *inventory.Problems
	if !errors.As(err, &problems) || len(problems.List) != 60 {
		t.Fatalf("got %v", err)
	}
	for i, p := range problems.List {
		if p.Line != 3+2*i {
			t.Fatalf("problem %d is on line %d", i, p.Line)
		}
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 51 || lines[50] != "and 10 more" || !strings.HasPrefix(lines[0], "team.yaml:3: ") {
		t.Errorf("the error ends with %q", lines[len(lines)-1])
	}
}

func TestMembersAsCSV(t *testing.T) {
	inv, problems := read(t, "team.csv", "\ufeffSeat,Email,Name\r\nyes,ada@example.com,\"Okafor, Ada\"\r\n,ben@example.com,\r\n")
	if problems != nil {
		t.Fatal(problems)
	}
	want := []models.InventoryMember{
		{Email: "ada@example.com", Name: "Okafor, Ada", Role: models.RoleMember, Seat: true},
		{Email: "ben@example.com", Role: models.RoleMember},
	}
	if fmt.Sprintf("%+v", inv.Members) != fmt.Sprintf("%+v", want) {
		t.Errorf("got %+v", inv.Members)
	}
}

func TestTheFormatIsFoundWithoutAnEnding(t *testing.T) {
	for _, text := range []string{"\ufeff{\"members\": [{\"email\": \"a@b.c\"}]}", "members:\n  - email: a@b.c\n", "name,email\nAda,a@b.c\n"} {
		if inv, problems := read(t, "-", text); problems != nil || len(inv.Members) != 1 {
			t.Errorf("%q was read as %+v, %v", text, inv, problems)
		}
	}
}

func TestJSONKeepsWhatYAMLWouldNot(t *testing.T) {
	inv, problems := read(t, "a.json", `{"members": [{"email": "a@b.c", "name": "\ud83d\ude00 \u202e no"}]}`)
	if problems != nil || inv.Members[0].Name != "😀 \u202e no" {
		t.Errorf("got %q, %v", inv.Members[0].Name, problems)
	}
}

func TestTheDocumentsExamplesAreRead(t *testing.T) {
	text, err := os.ReadFile("../docs/workspace-file.md")
	if err != nil {
		t.Fatal(err)
	}
	example := func(language string) string {
		_, rest, found := strings.Cut(string(text), "```"+language+"\n")
		if !found {
			t.Fatalf("there is no example in %s", language)
		}
		example, _, _ := strings.Cut(rest, "```")
		return example
	}
	inv, problems := read(t, "a.yaml", example("yaml"))
	if problems != nil {
		t.Fatal(problems)
	}
	if len(inv.Members) != 2 || len(inv.CITokens) != 2 || len(inv.LegacyKeys) != 2 || len(inv.Sunset.Downtimes) != 1 {
		t.Errorf("got %+v", inv)
	}
	if got := inv.CITokens[0].Use[0]; got.Count != 1840 || !got.CI || !got.Last.Equal(time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)) {
		t.Errorf("the usage is %+v", got)
	}
	if inv, problems := read(t, "a.csv", example("csv")); problems != nil || len(inv.Members) != 2 {
		t.Errorf("the table is %+v, %v", inv, problems)
	}
}

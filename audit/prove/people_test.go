package prove

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
)

func TestASecretIsCalledByAMembersName(t *testing.T) {
	p := NewPeople([]models.MemberRef{
		{Name: "Maria Santos", Email: "msantos@example.com"}, {Name: "José Ångström", Email: "jose.a@example.com"}, {Email: "kim+ci@example.com"},
		{Name: "Mark Young", Email: "mark.young@example.com"}, {Name: "CI Bot", Email: "ci-deploy@example.com"}, {Name: "Jo", Email: "jo@example.com"},
		{Name: "Maria Kowalska", Email: "kowalska@example.com"}, {Name: "Dev Patel", Email: "dev@example.com"}, {Name: "李 小龙", Email: "bruce@example.com"},
	})
	for secret, want := range map[string]string{
		"MARIA_SANTOS_TOKEN": "the member Maria Santos", "mariaSantosToken": "the member Maria Santos", "SANTOS_MARIA": "the member Maria Santos",
		"LS_TOKEN_MSANTOS": "the member Maria Santos", "team/santos/localstack": "the member Maria Santos", "MARIASANTOS2": "the member Maria Santos",
		"KEY_MARIA_KOWALSKA": "the member Maria Kowalska", "MARIA_TOKEN": "several members",
		"JOSE_TOKEN": "the member José Ångström", "TOKEN_ANGSTROM": "the member José Ångström", "jose.a": "the member José Ångström",
		"KIM_TOKEN": "the member kim+ci@example.com", "MARK_YOUNG_KEY": "the member Mark Young", "LOCALSTACK_DEV_PATEL": "the member Dev Patel",
		"BRUCE": "the member 李 小龙", "李小龙": "the member 李 小龙",
		"LOCALSTACK_AUTH_TOKEN": "", "CI_DEPLOY_TOKEN": "", "CI_BOT_TOKEN": "", "YOUNG_TOKEN": "", "BENCHMARK_TOKEN": "", "QUESTION_MARK": "",
		"MARIADB_TOKEN": "", "JO_TOKEN": "", "DEV_TOKEN": "", "KIMONO": "", "ROSARIA_TOKEN": "", "SANTOSHI": "", "CI": "", "": "",
	} {
		got := ""
		if who, ok := p.whose(secret); ok {
			got = who.words()
		}
		if got != want {
			t.Errorf("%s bears the name of %q, want %q", secret, got, want)
		}
	}
}

func TestNamesAreTakenApartAsTheyAreWritten(t *testing.T) {
	for name, want := range map[string]string{
		"MARIA_SANTOS": "maria santos", "mariaSantos": "maria santos", "maria.santos-2": "maria santos 2", "María  Ñandú": "maria nandu",
		"ls2token": "ls 2 token", "O'Neil": "o neil", "GitHubToken": "git hub token", "": "", "--": "", "HTTPServer": "httpserver",
	} {
		if got := strings.Join(words(name), " "); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

// What CI is fed from becomes a finding by its name alone, in the place of one that says less.
func TestOnlyNamesOfMembersAreTold(t *testing.T) {
	fed := func(line int, secret string) finding.Finding {
		return finding.Finding{Path: "ci.yml", Line: line, Column: 3, Code: finding.PersonalTokenInCI, Severity: finding.Warning, Subject: secret}
	}
	guess := fed(2, "MY_MARIA_TOKEN")
	guess.Message = "it is named like a person's"
	list := []finding.Finding{guess, fed(9, "MY_TOKEN"), {Path: "ci.yml", Line: 2, Column: 3, Code: finding.LegacySecretRef}}
	all := []finding.Finding{fed(2, "MY_MARIA_TOKEN"), fed(4, "CI_TOKEN"), fed(6, "SANTOS_TOKEN")}
	p := NewPeople([]models.MemberRef{{Name: "Maria Santos", Email: "m@example.com"}})
	got := p.Among(append([]finding.Finding{}, list...), all)
	if len(got) != 4 || got[2].Line != 6 || got[0].Code != finding.LegacySecretRef {
		t.Fatalf("%+v", got)
	}
	if m := got[1].Message; m != "the secret MY_MARIA_TOKEN bears the name of the member Maria Santos: in CI a personal token is refused" {
		t.Errorf("it says %q", m)
	}
	for _, f := range got {
		if f.Severity == finding.Error || f.Proven != nil {
			t.Errorf("a name alone proves nothing: %+v", f)
		}
	}
	var nobody *People
	if got := nobody.Among(list, all); len(got) != len(list) {
		t.Errorf("where nobody is known: %+v", got)
	}
}

// However names and secrets are spelled: a secret that is called by a whole name is told, one that shares no
// word with any name is not.
func TestWholeNamesAreFoundWord(t *testing.T) {
	name := rapid.StringMatching(`[A-Z][a-z]{2,8} [A-Z][a-z]{2,8}`)
	rapid.Check(t, func(t *rapid.T) {
		person := name.Draw(t, "name")
		parts := strings.Fields(strings.ToLower(person))
		if technical[parts[0]] && technical[parts[1]] {
			t.Skip("nobody's name")
		}
		p := NewPeople([]models.MemberRef{{Name: person, Email: "x9@example.com"}})
		separator := rapid.SampledFrom([]string{"_", "-", ".", "/", ""}).Draw(t, "separator")
		secret := "LS_" + strings.ToUpper(strings.Join(parts, separator)) + "_TOKEN"
		if _, ok := p.whose(secret); !ok {
			t.Errorf("%s does not bear the name of %s", secret, person)
		}
		if _, ok := p.whose("LS_7" + separator + "TOKEN_8"); ok {
			t.Errorf("everything bears the name of %s", person)
		}
	})
}

package kit

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.com/keyturn/models"
)

var (
	texts   = rapid.SampledFrom([]string{"", "a", "lstk", "0a1b2c3d", "Zoë Ångström", "\x00bcdefgh"})
	numbers = rapid.Int64()
	moments = rapid.Custom(func(t *rapid.T) time.Time {
		at := time.Date(2026, 11, 23, 14, 0, 0, rapid.IntRange(0, 999_999_999).Draw(t, "nanoseconds"), time.UTC)
		return rapid.SampledFrom([]time.Time{
			{}, at, at, at.AddDate(-2000, 0, 0), at.AddDate(7000, 0, 0), at.In(time.FixedZone("", 3600)), time.Unix(0, 0).UTC(),
		}).Draw(t, "moment")
	})
	uses = rapid.Custom(func(t *rapid.T) models.Use {
		return models.Use{
			Last: moments.Draw(t, "last"), Count: numbers.Draw(t, "count"), Recent: numbers.Draw(t, "recent"),
			Client: texts.Draw(t, "client"), Version: texts.Draw(t, "version"), Host: texts.Draw(t, "host"), CI: rapid.Bool().Draw(t, "ci"),
		}
	})
	versions = rapid.Custom(func(t *rapid.T) models.SecretVersion {
		return models.SecretVersion{
			Version: int(numbers.Draw(t, "version")), Kind: rapid.SampledFrom(models.Kinds).Draw(t, "kind"),
			State: rapid.SampledFrom(append(secretStates, "new")).Draw(t, "state"), Fingerprint: texts.Draw(t, "fingerprint"), Masked: texts.Draw(t, "masked"),
			CreatedAt: moments.Draw(t, "made"), FirstUse: moments.Draw(t, "first"), LastUse: moments.Draw(t, "last"),
			Uses: numbers.Draw(t, "uses"), EndedAt: moments.Draw(t, "ended"),
		}
	})
	// odd is whatever the types allow; usualMember below is what services send.
	odd = rapid.Custom(func(t *rapid.T) models.Member {
		m := usualMember(texts.Draw(t, "id"))
		m.CreatedAt, m.Revision, m.Role = moments.Draw(t, "joined"), models.Revision(numbers.Draw(t, "revision")), models.Role(texts.Draw(t, "role"))
		c := &m.Token
		change := func(what string, do func()) {
			if rapid.IntRange(0, 3).Draw(t, what+"?") == 0 {
				do()
			}
		}
		change("kind", func() { c.Kind = rapid.SampledFrom(models.Kinds).Draw(t, "kind") })
		change("name", func() { c.Name = texts.Draw(t, "name") })
		change("owner", func() { c.Owner = rapid.SampledFrom([]*models.MemberRef{nil, {ID: "mem_x"}}).Draw(t, "owner") })
		change("state", func() { c.State = rapid.SampledFrom(append(credentialStates, "new")).Draw(t, "state") })
		change("secrets", func() { c.Secrets = rapid.SliceOfN(versions, 0, 3).Draw(t, "secrets") })
		change("rotation", func() { c.Rotation = &models.Rotation{ID: "rot_x"} })
		change("use", func() { c.Use = uses.Draw(t, "use") })
		change("refused", func() { c.RefusedCI = uses.Draw(t, "refused") })
		change("times", func() { c.CreatedAt, c.ChangedAt = moments.Draw(t, "created"), moments.Draw(t, "changed") })
		c.ChangedBy, c.Revision, c.ValueKnown = texts.Draw(t, "by"), models.Revision(numbers.Draw(t, "token's revision")), rapid.Bool().Draw(t, "known")
		return m
	})
)

func usualMember(id string) models.Member {
	at := time.Date(2026, 11, 23, 14, 0, 0, 405_000_000, time.UTC)
	m := models.Member{
		ID: models.MemberID("mem_" + id), Email: id + "@example.com", Name: "Maria", Role: models.RoleMember, Seat: true, CreatedAt: at, Revision: 2,
		Token: models.Credential{
			ID: models.CredentialID("crd_" + id), Kind: models.PersonalToken, State: models.Active, CreatedAt: at, ChangedAt: at, ChangedBy: "Ada", Revision: 1, ValueKnown: true,
			Secrets: []models.SecretVersion{{
				Version: 1, Kind: models.PersonalToken, State: models.SecretCurrent, Fingerprint: "aea454f8", Masked: "lsdemo-****", CreatedAt: at, FirstUse: at, Uses: 3,
			}},
			Use: models.Use{Last: at, Count: 3, Recent: 2, Client: "lstk", Version: "1.4.0", Host: "laptop"},
		},
	}
	m.Token.Owner = &models.MemberRef{ID: m.ID, Name: m.Name, Email: m.Email}
	return m
}

// Whatever a service says of a member, nothing of it is lost by keeping it in little room.
func TestAPersonIsTheMemberThatCame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := odd.Draw(t, "member")
		if rapid.Bool().Draw(t, "has a legacy key") {
			m.LegacyKey = &models.Credential{ID: "crd_key", Kind: models.LegacyAPIKey, Owner: m.Token.Owner}
		}
		book := NewBook()
		book.PutMembers([]models.Member{m})
		p := book.Person(m.ID)
		if diff := cmp.Diff(&m, p.Member()); diff != "" {
			t.Fatalf("kept as another one (-came +kept):\n%s", diff)
		}
		if diff := cmp.Diff(&m.Token, book.Credential(m.Token.ID)); diff != "" {
			t.Fatalf("the token is another one (-came +kept):\n%s", diff)
		}
		brief := p.Brief()
		want := models.Credential{ID: m.Token.ID, Kind: m.Token.Kind, State: m.Token.State, Use: m.Token.Use, RefusedCI: m.Token.RefusedCI}
		got := models.Credential{ID: brief.Token.ID, Kind: brief.Token.Kind, State: brief.Token.State, Use: brief.Token.Use, RefusedCI: brief.Token.RefusedCI}
		if diff := cmp.Diff(want, got); diff != "" || p.DisplayName() != m.DisplayName() {
			t.Fatalf("%q in brief is another one (-came +kept):\n%s", p.DisplayName(), diff)
		}
		if diff := cmp.Diff(models.FindMember(&m), models.FindMember(&brief)); diff != "" {
			t.Fatalf("in brief there are other findings (-came +kept):\n%s", diff)
		}
	})
}

// What nearly all members are must take the short way, or 100,000 of them take twice the room.
func TestWhoIsAsUsualIsKeptShort(t *testing.T) {
	for name, change := range map[string]func(*models.Member){
		"used":       func(*models.Member) {},
		"never used": func(m *models.Member) { m.Token.Use, m.Token.Secrets[0].FirstUse = models.Use{}, time.Time{} },
		"paused":     func(m *models.Member) { m.Token.State = models.Paused },
		"a value that is not known": func(m *models.Member) {
			m.Token.ValueKnown, m.Token.Secrets[0].Fingerprint = false, ""
		},
		"with a legacy key": func(m *models.Member) { m.LegacyKey = &models.Credential{ID: "crd_key", Kind: models.LegacyAPIKey} },
	} {
		m := usualMember("1")
		change(&m)
		book := NewBook()
		book.PutMembers([]models.Member{m})
		if p := book.Person(m.ID); p.whole != nil {
			t.Errorf("%s: it is kept whole", name)
		}
	}
}

func TestABookKeepsEveryMemberOnce(t *testing.T) {
	book := NewBook()
	key := &models.Credential{ID: "crd_key", Kind: models.LegacyAPIKey, Name: "old", State: models.Active}
	one, two := usualMember("1"), usualMember("2")
	one.LegacyKey = key
	book.PutMembers([]models.Member{one, two})
	seen := book.Person("mem_1")

	one.Seat, one.Token.ID, one.Token.State = false, "crd_new", models.Paused
	book.PutMembers([]models.Member{one})
	revoked := *key
	revoked.State = models.Revoked
	book.PutCredentials([]models.Credential{revoked})
	if len(book.People()) != 2 || book.People()[0] != seen || seen.Seat || seen.Token().State != models.Paused {
		t.Errorf("who was handed out does not see what came: %+v", seen.Member())
	}
	if seen.LegacyKey.State != models.Revoked {
		t.Error("the legacy key is not the book's own")
	}
	if book.Credential("crd_1") != nil || book.Credential("crd_new") == nil {
		t.Error("a token that was replaced is still there")
	}

	reset := two.Token
	reset.Secrets = append([]models.SecretVersion{{Version: 2, Kind: models.PersonalToken, State: models.SecretCurrent}}, reset.Secrets...)
	book.PutCredentials([]models.Credential{reset})
	if got := book.Person("mem_2").Token(); len(got.Secrets) != 2 || !book.Person("mem_2").Seat {
		t.Errorf("after a reset the token is %+v", got)
	}
	all := func(*models.Credential) bool { return true }
	if list := book.Credentials(all); len(list) != 1 || list[0].ID != key.ID {
		t.Errorf("personal tokens stand among the shared ones: %d", len(list))
	}
}

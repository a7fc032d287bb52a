package screens_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

func TestLegacyKeysStandInTheOrderOfUrgency(t *testing.T) {
	c := openWith(t, sample(), actions.Legacy).send(kit.BookChangedMsg{All: true})
	if want := []string{"release-legacy", "Bea", "forgotten-legacy", "orphan"}; !slices.Equal(c.rows(), want) {
		t.Errorf("the rows are %v, want %v", c.rows(), want)
	}
	c.see("rotate", "ask the owner", "revoke: unused", "about 9, in 1 d 17 h", "none expected", "nobody")
}

func TestAKeyStaysListedAsLongAsALegacyVersionWorks(t *testing.T) {
	c := openWith(t, loaded(), actions.Legacy)
	key := used(legacyCI("crd_x", "release"), time.Hour, 900, "jenkins")
	c.putCredentials(key).see("release", "rotate")
	c.putCredentials(rotating(key, models.RotationPending)).see("release", "put the new token", "CI token")
	done := rotating(key, models.RotationRetiring)
	done.Rotation.State, done.Secrets[0].State = models.RotationDone, models.SecretRevoked
	c.putCredentials(done).dontSee("release").see("No legacy key is left.")
}

func TestAMembersLegacyKeyTurnsUpWithTheMember(t *testing.T) {
	c := openWith(t, loaded(), actions.Legacy)
	m := member(7, "Gil Gone")
	key := used(legacyAPI("crd_gil", "Gil's key", m.Token.Owner), day, 30, "gil-laptop")
	m.LegacyKey = &key
	c.book.PutMembers([]models.Member{m})
	c.send(kit.BookChangedMsg{Members: []models.MemberID{m.ID}}).see("Gil's key", "ask the owner", "Gil Gone")
}

func TestAKeyIsJudgedAnewWhenADowntimeBeginsAndEnds(t *testing.T) {
	c := openWith(t, loaded(), actions.Legacy).putCredentials(used(legacyCI("crd_x", "release"), time.Hour, 3000, "jenkins"))
	c.reader.usage["crd_x"] = nil
	c.at.SetSize(99, 80)
	c.press("enter").see("legacy: ends 2027-01-31", "about 9 activations refused")
	c.now = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	c.send(kit.TickMsg{Now: c.now}).see("refused now: planned downtime")
	c.now = time.Date(2026, 11, 25, 11, 0, 0, 0, time.UTC)
	c.send(kit.TickMsg{Now: c.now}).dontSee("refused now", "2026-11-25").see("in 14 d 12 h")
	c.now = time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
	c.send(kit.TickMsg{Now: c.now}).see("refused for good: the sunset is over")
}

func TestThePaneOfALegacyKeySaysWhyAndWhatToDo(t *testing.T) {
	c := openWith(t, sample(), actions.Legacy).send(kit.BookChangedMsg{All: true}).send(kit.SelectMsg{Key: "crd_lapi"})
	c.reader.usage["crd_lapi"] = []models.Caller{{SecretVersion: 1, Client: "localstack", ClientVersion: "2.3", Host: "bea-laptop", Last: now.Add(-day), Count: 240}}
	c.at.SetSize(99, 80)
	c.press("enter").see("Bea Builder <member001@example.com>", "Why it is flagged", "legacy: ends 2027-01-31", "ask the owner to switch to the personal token",
		"2026-11-25 10:00-12:00 CET", "2026-12-10 00:00-04:00 CET", "localstack 2.3 on bea-laptop: 240 times")
}

func TestMembersShowSeatAndTokenSideBySide(t *testing.T) {
	c := openWith(t, sample(), actions.Members).send(kit.BookChangedMsg{All: true})
	c.at.SetSize(140, 20)
	c.send(kit.SelectMsg{Key: "mem_002"})
	if line := c.selected(); !strings.Contains(line, "no seat") || !strings.Contains(line, "active, cannot activate") || !strings.Contains(line, "member002@example.com") {
		t.Errorf("the row says %q", line)
	}
	c.send(kit.SelectMsg{Key: "mem_001"})
	if line := c.selected(); !strings.Contains(line, "  yes      active ") || strings.Count(line, "yes") != 2 {
		t.Errorf("the row says %q", line)
	}
	c.send(kit.SelectMsg{Key: "mem_003"})
	if line := c.selected(); !strings.HasSuffix(strings.TrimSpace(line), "42") {
		t.Errorf("the row says %q", line)
	}
	c.reader.usage["crd_m003"] = nil
	c.at.SetSize(99, 80)
	c.press("enter").see("the personal token was refused 42", "give that pipeline a CI token")
}

func TestARevokedLegacyKeyLeavesItsMember(t *testing.T) {
	c := openWith(t, sample(), actions.Members).send(kit.BookChangedMsg{All: true}).send(kit.SelectMsg{Key: "mem_001"})
	c.at.SetSize(140, 20)
	gone := *c.book.Credential("crd_lapi")
	gone.State = models.Revoked
	c.putCredentials(gone)
	if line := c.selected(); strings.Count(line, "yes") != 1 {
		t.Errorf("the row still shows the key: %q", line)
	}
}

// Names can look alike. The address that tells people apart stands beside them in every size.
func TestLookAlikesAreToldApartInEverySize(t *testing.T) {
	c := openWith(t, hostile(), actions.Members).send(kit.BookChangedMsg{All: true})
	for _, size := range sizes {
		c.at.SetSize(size.width, size.height)
		c.see("e-mail", "member1")
	}
}

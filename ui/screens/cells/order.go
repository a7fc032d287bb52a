package cells

import (
	"unicode"
	"unicode/utf8"

	"example.com/keyturn/models"
)

// Before orders two texts without looking at case. It makes no copies: a long list is sorted by it
// while keys wait.
func Before(a, b string) bool {
	for a != "" && b != "" {
		x, n := utf8.DecodeRuneInString(a)
		y, m := utf8.DecodeRuneInString(b)
		if x != y {
			if x, y = unicode.ToLower(x), unicode.ToLower(y); x != y {
				return x < y
			}
		}
		a, b = a[n:], b[m:]
	}
	return a == "" && b != ""
}

// LivingFirst orders revoked credentials behind all others, and the others by less.
func LivingFirst(less func(a, b *models.Credential) bool) func(a, b *models.Credential) bool {
	return func(a, b *models.Credential) bool {
		if x, y := a.State == models.Revoked, b.State == models.Revoked; x != y {
			return y
		}
		return less(a, b)
	}
}

// ByName orders by name without looking at case.
func ByName(a, b *models.Credential) bool { return Before(a.Name, b.Name) }

// ByState orders by the word of the state.
func ByState(a, b *models.Credential) bool { return a.State < b.State }

// ByLastUse orders by last use, the longest ago first.
func ByLastUse(a, b *models.Credential) bool { return a.Use.Last.Before(b.Use.Last) }

// ByUses orders by recent uses.
func ByUses(a, b *models.Credential) bool { return a.Use.Recent < b.Use.Recent }

// ByCaller orders by last caller.
func ByCaller(a, b *models.Credential) bool { return LastCaller(a).Text < LastCaller(b).Text }

// ByCreated orders by age, the oldest first.
func ByCreated(a, b *models.Credential) bool { return a.CreatedAt.Before(b.CreatedAt) }

// ByFingerprint orders by fingerprint.
func ByFingerprint(a, b *models.Credential) bool { return Fingerprint(a).Text < Fingerprint(b).Text }

// ByRotation puts open rotations first, those that wait for a first use before the retiring ones,
// and the one whose old secret ends next before those that end later.
func ByRotation(a, b *models.Credential) bool {
	x, y := urgency(a), urgency(b)
	if x != y {
		return x < y
	}
	return a.GraceEnds().Before(b.GraceEnds())
}

func urgency(c *models.Credential) int {
	r := c.OpenRotation()
	switch {
	case r == nil:
		return 2
	case r.State == models.RotationRetiring:
		return 1
	}
	return 0
}

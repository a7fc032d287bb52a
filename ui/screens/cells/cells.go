// Package cells says how a fact about a credential reads in one cell: the same word and tone in
// every table and in the detail pane. It asks nobody and keeps nothing.
package cells

import (
	"strconv"
	"strings"

	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/components/table"
	"example.com/keyturn/when"
)

// State is the credential's state as a word.
func State(c *models.Credential) table.Cell {
	switch c.State {
	case models.Paused:
		return table.Cell{Text: "paused", Tone: styles.Warning}
	case models.Revoked:
		return table.Cell{Text: "revoked", Tone: styles.Muted}
	}
	return table.Cell{Text: string(c.State), Tone: styles.OK}
}

// Name is the credential's name; a revoked one is muted. Where the name may be taken for another
// one, the end of the id stands beside it.
func Name(c *models.Credential, alike bool) table.Cell {
	cell := Of(c, c.Name)
	if alike {
		cell.Tail = EndOf(string(c.ID))
	}
	return cell
}

// idEnd is how much of an id tells it from others beside it: ids made at the same time begin alike.
const idEnd = 8

// EndOf is the end of an id, for where the whole has no room.
func EndOf(id string) string {
	if len(id) <= idEnd+2 {
		return id
	}
	return "…" + id[len(id)-idEnd:]
}

// Of is some text about a credential, muted once it is revoked.
func Of(c *models.Credential, text string) table.Cell {
	if c.State == models.Revoked {
		return table.Cell{Text: text, Tone: styles.Muted}
	}
	return table.Cell{Text: text}
}

// Rotation says where the open rotation stands, or nothing.
func Rotation(c *models.Credential, clock when.Clock) table.Cell {
	r := c.OpenRotation()
	switch {
	case r == nil:
		return table.Cell{}
	case r.State == models.RotationRetiring:
		return table.Cell{Text: "old ends " + clock.In(r.GraceEnds), Tone: styles.Accent}
	}
	return table.Cell{Text: r.State.Label(), Tone: styles.Warning}
}

// LastUsed says how long ago the credential was used.
func LastUsed(c *models.Credential, clock when.Clock) table.Cell {
	if !c.Use.Used() {
		return table.Cell{Text: "never", Tone: styles.Muted}
	}
	return Of(c, clock.Ago(c.Use.Last))
}

// Uses is how often the credential was used in the last models.RecentDays days.
func Uses(c *models.Credential) table.Cell {
	if c.Use.Recent == 0 {
		return table.Cell{Text: "0", Tone: styles.Muted}
	}
	return Of(c, Count(c.Use.Recent))
}

// LastCaller says who used the credential last.
func LastCaller(c *models.Credential) table.Cell {
	return Of(c, Caller(c.Use.Client, c.Use.Version, c.Use.Host, c.Use.CI))
}

// Fingerprint is the fingerprint of the secret that a reader would get.
func Fingerprint(c *models.Credential) table.Cell {
	if s := c.Newest(); s != nil {
		return table.Cell{Text: s.Fingerprint, Tone: styles.Muted}
	}
	return table.Cell{}
}

// Created is the day on which the credential was made.
func Created(c *models.Credential, clock when.Clock) table.Cell {
	day, _, _ := strings.Cut(clock.Stamp(c.CreatedAt), " ")
	return table.Cell{Text: day, Tone: styles.Muted}
}

// Caller names a client, its version and its host.
func Caller(client, version, host string, ci bool) string {
	return models.Caller{Client: client, ClientVersion: version, Host: host, CI: ci}.Label()
}

// Count writes a number with a comma at each thousand.
func Count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// Plural writes a number with what it counts.
func Plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Count(n) + " " + noun + "s"
}

// Severity is a severity as a word.
func Severity(s models.Severity) table.Cell {
	switch s {
	case models.Blocking:
		return table.Cell{Text: string(s), Tone: styles.Danger}
	case models.Fixable:
		return table.Cell{Text: string(s), Tone: styles.Warning}
	}
	return table.Cell{Text: "for information", Tone: styles.Muted}
}

package api

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"example.com/keyturn/models"
)

// What long lists are made of writes itself: a list to its end is tens of megabytes, and reflection
// takes longer over each object than the database.

// object is a JSON object being written. Each method adds a field.
type object struct {
	b     []byte
	start int // where its fields begin
}

// begin writes an object after what is already there.
func begin(b []byte) object { return object{append(b, '{'), len(b) + 1} }

func (o *object) end() []byte { return append(o.b, '}') }

func (o *object) name(name string) {
	if len(o.b) > o.start {
		o.b = append(o.b, ',')
	}
	o.b = append(o.b, '"')
	o.b = append(o.b, name...)
	o.b = append(o.b, '"', ':')
}

func (o *object) text(name, value string) {
	o.name(name)
	o.b = appendText(o.b, value)
}

// textIf leaves the field out without a value, as timeIf does.
func (o *object) textIf(name, value string) {
	if value != "" {
		o.text(name, value)
	}
}

func (o *object) number(name string, value int64) {
	o.name(name)
	o.b = strconv.AppendInt(o.b, value, 10)
}

func (o *object) flag(name string, value bool) {
	o.name(name)
	o.b = strconv.AppendBool(o.b, value)
}

func (o *object) time(name string, value time.Time) {
	o.name(name)
	o.b = append(o.b, '"')
	o.b = value.AppendFormat(o.b, time.RFC3339Nano)
	o.b = append(o.b, '"')
}

func (o *object) timeIf(name string, value time.Time) {
	if !value.IsZero() {
		o.time(name, value)
	}
}

// appendText writes a string. One with anything to escape is left to encoding/json.
func appendText(b []byte, s string) []byte {
	if !plain(s) {
		if quoted, err := json.Marshal(s); err == nil { // as it always is for a string
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// plain reports whether a string stands for itself between quotes.
func plain(s string) bool {
	ascii := true
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c == '"', c == '\\':
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return ascii || utf8.ValidString(s)
}

// appendList writes a list; it is never null on the wire. Its objects are much of a size, so the first
// ones say how much room all need.
func appendList[T any](b []byte, list []T, one func([]byte, *T) []byte) []byte {
	const first = 16
	b = append(b, '[')
	start := len(b)
	for i := range list {
		if i == first {
			b = slices.Grow(b, (len(b)-start)/first*(len(list)-first)*9/8)
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, &list[i])
	}
	return append(b, ']')
}

func pageOut[T any](items []T, next string, one func([]byte, *T) []byte) json.RawMessage {
	o := begin(nil)
	o.name("items")
	o.b = appendList(o.b, items, one)
	o.text("next", next)
	return o.end()
}

func changesOut(c models.Changes) json.RawMessage {
	o := begin(nil)
	o.number("position", c.Position)
	o.name("credentials")
	o.b = appendList(o.b, c.Credentials, appendCredential)
	o.name("members")
	o.b = appendList(o.b, c.Members, appendMember)
	o.flag("workspace", c.Workspace)
	o.flag("more", c.More)
	return o.end()
}

func memberOut(m models.Member) json.RawMessage { return appendMember(nil, &m) }

func credentialOut(c models.Credential) json.RawMessage { return appendCredential(nil, &c) }

func rotationOut(r models.Rotation) json.RawMessage { return appendRotation(nil, &r) }

// rotationResultOut is a rotation with its credential.
func rotationResultOut(r models.Rotation, c models.Credential) json.RawMessage {
	o := begin(nil)
	o.name("rotation")
	o.b = appendRotation(o.b, &r)
	o.name("credential")
	o.b = appendCredential(o.b, &c)
	return o.end()
}

// marshal encodes an answer; what has written itself stays as it is.
func marshal(value any) ([]byte, error) {
	if done, ok := value.(json.RawMessage); ok {
		return done, nil
	}
	return json.Marshal(value)
}

func appendMember(b []byte, m *models.Member) []byte {
	o := begin(b)
	o.text("id", string(m.ID))
	o.text("email", m.Email)
	o.text("name", m.Name)
	o.text("role", string(m.Role))
	o.flag("seat", m.Seat)
	o.name("token")
	o.b = appendCredential(o.b, &m.Token)
	if m.LegacyKey != nil {
		o.name("legacy_key")
		o.b = appendCredential(o.b, m.LegacyKey)
	}
	o.time("created_at", m.CreatedAt)
	o.number("revision", int64(m.Revision))
	return o.end()
}

func appendCredential(b []byte, c *models.Credential) []byte {
	o := begin(b)
	o.text("id", string(c.ID))
	o.text("kind", string(c.Kind))
	o.text("name", c.Name)
	o.text("state", string(c.State))
	if c.Owner != nil {
		o.name("owner")
		owner := begin(o.b)
		owner.text("id", string(c.Owner.ID))
		owner.text("name", c.Owner.Name)
		owner.text("email", c.Owner.Email)
		o.b = owner.end()
	}
	o.name("secrets")
	o.b = appendList(o.b, c.Secrets, appendSecret)
	if c.Rotation != nil {
		o.name("rotation")
		o.b = appendRotation(o.b, c.Rotation)
	}
	o.name("use")
	o.b = appendUse(o.b, &c.Use)
	if c.RefusedCI.Count > 0 {
		o.name("refused_ci")
		o.b = appendUse(o.b, &c.RefusedCI)
	}
	o.time("created_at", c.CreatedAt)
	o.time("changed_at", c.ChangedAt)
	o.textIf("changed_by", c.ChangedBy)
	o.number("revision", int64(c.Revision))
	o.flag("value_known", c.ValueKnown)
	return o.end()
}

func appendSecret(b []byte, s *models.SecretVersion) []byte {
	o := begin(b)
	o.number("version", int64(s.Version))
	o.text("kind", string(s.Kind))
	o.text("state", string(s.State))
	o.text("fingerprint", s.Fingerprint)
	o.text("masked", s.Masked)
	o.time("created_at", s.CreatedAt)
	o.timeIf("first_use", s.FirstUse)
	o.timeIf("last_use", s.LastUse)
	o.number("uses", s.Uses)
	o.timeIf("ended_at", s.EndedAt)
	return o.end()
}

func appendUse(b []byte, u *models.Use) []byte {
	o := begin(b)
	o.timeIf("last", u.Last)
	o.number("count", u.Count)
	o.number("recent", u.Recent)
	o.textIf("client", u.Client)
	o.textIf("version", u.Version)
	o.textIf("host", u.Host)
	if u.CI {
		o.flag("ci", true)
	}
	return o.end()
}

func appendRotation(b []byte, r *models.Rotation) []byte {
	o := begin(b)
	o.text("id", string(r.ID))
	o.text("credential_id", string(r.Credential))
	o.text("state", string(r.State))
	o.number("old_version", int64(r.OldVersion))
	o.number("new_version", int64(r.NewVersion))
	o.name("overlap")
	overlap := begin(o.b)
	overlap.text("mode", string(r.Overlap.Mode))
	if seconds := int64(r.Overlap.Grace / time.Second); seconds != 0 {
		overlap.number("grace_seconds", seconds)
	}
	o.b = overlap.end()
	o.textIf("reason", r.Reason)
	o.time("started_at", r.StartedAt)
	o.text("started_by", r.StartedBy)
	o.textIf("started_by_id", string(r.StartedByID))
	o.textIf("started_from", r.StartedFrom)
	o.textIf("asked", r.Asked)
	o.timeIf("first_use", r.FirstUse)
	o.timeIf("confirmed_at", r.ConfirmedAt)
	o.timeIf("grace_ends", r.GraceEnds)
	o.timeIf("ended_at", r.EndedAt)
	o.textIf("ended_by", r.EndedBy)
	o.number("revision", int64(r.Revision))
	return o.end()
}

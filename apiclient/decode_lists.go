package apiclient

import (
	"math"

	"example.com/keyturn/models"
)

// The required fields of lists, members and events.
var (
	memberFields  = []string{"id", "email", "name", "role", "seat", "token", "created_at", "revision"}
	eventFields   = []string{"seq", "at", "actor", "action", "hash"}
	headFields    = []string{"seq", "hash"}
	changesFields = []string{"position", "credentials", "members", "workspace", "more"}
	usageFields   = []string{"callers", "truncated"}
	itemsField    = []string{"items"}
	replaceFields = []string{"rotation", "credential"}
	roles         = []models.Role{models.RoleAdmin, models.RoleMember}
)

// page reads a part of a list and the cursor of the next one.
func page[T any](r *reader, item func(*reader) T) (items []T, next string) {
	for f := r.object(pageFields); r.next(&f); {
		switch string(f.key) {
		case "items":
			items = listOf(r, item)
		case "next":
			next = r.exact(maxCursor)
		default:
			r.skip()
		}
	}
	return items, next
}

func memberPage(r *reader) models.MemberPage {
	items, next := page(r, member)
	return models.MemberPage{Items: items, Next: next}
}

func credentialPage(r *reader) models.CredentialPage {
	items, next := page(r, credential)
	return models.CredentialPage{Items: items, Next: next}
}

func eventPage(r *reader) models.EventPage {
	items, next := page(r, event)
	return models.EventPage{Items: items, Next: next}
}

func member(r *reader) models.Member {
	var m models.Member
	for f := r.object(memberFields); r.next(&f); {
		switch string(f.key) {
		case "id":
			m.ID = models.MemberID(r.id())
		case "email":
			m.Email = r.text()
		case "name":
			m.Name = r.text()
		case "role":
			m.Role = oneOf(r, roles)
		case "seat":
			m.Seat = r.flag()
		case "token":
			m.Token = credential(r)
		case "legacy_key":
			key := credential(r)
			m.LegacyKey = &key
		case "created_at":
			m.CreatedAt = r.moment()
		case "revision":
			m.Revision = r.revision()
		default:
			r.skip()
		}
	}
	return m
}

// event reads one line of the history. An action or a kind that this version does not know is kept
// as text: history only tells, and nothing is decided by it.
//
// Its digest is that of the texts as they came: cleaned ones would not fit its hash.
func event(r *reader) models.Event {
	var e, came models.Event
	for f := r.object(eventFields); r.next(&f); {
		switch string(f.key) {
		case "seq":
			e.Seq = r.total()
		case "at":
			e.At = r.moment()
		case "actor":
			came.Actor, e.Actor = r.asItCame()
		case "actor_id":
			e.ActorID = models.MemberID(r.optionalID())
		case "from":
			came.From, e.From = r.asItCame()
		case "action":
			raw, clean := r.asItCame()
			came.Action, e.Action = models.EventAction(raw), models.EventAction(clean)
		case "credential_id":
			e.Credential = models.CredentialID(r.optionalID())
		case "name":
			came.Name, e.Name = r.asItCame()
		case "kind":
			raw, clean := r.asItCame()
			came.Kind, e.Kind = models.Kind(raw), models.Kind(clean)
		case "rotation_id":
			e.Rotation = models.RotationID(r.optionalID())
		case "detail":
			came.Detail, e.Detail = r.asItCame()
		case "hash":
			e.Hash = r.hash()
		default:
			r.skip()
		}
	}
	came.Seq, came.At, came.ActorID, came.Credential, came.Rotation = e.Seq, e.At, e.ActorID, e.Credential, e.Rotation
	e.Content = came.Digest()
	return e
}

func changes(r *reader) models.Changes {
	var c models.Changes
	for f := r.object(changesFields); r.next(&f); {
		switch string(f.key) {
		case "position":
			c.Position = r.count(0, math.MaxInt64)
		case "credentials":
			c.Credentials = listOf(r, credential)
		case "members":
			c.Members = listOf(r, member)
		case "workspace":
			c.Workspace = r.flag()
		case "more":
			c.More = r.flag()
		default:
			r.skip()
		}
	}
	return c
}

// usage is who uses a credential.
type usage struct {
	callers   []models.Caller
	truncated bool
}

func usageAnswer(r *reader) usage {
	var u usage
	for f := r.object(usageFields); r.next(&f); {
		switch string(f.key) {
		case "callers":
			u.callers = listOf(r, caller)
		case "truncated":
			u.truncated = r.flag()
		default:
			r.skip()
		}
	}
	return u
}

func rotationList(r *reader) []models.Rotation {
	var list []models.Rotation
	for f := r.object(itemsField); r.next(&f); {
		switch string(f.key) {
		case "items":
			list = listOf(r, rotation)
		default:
			r.skip()
		}
	}
	return list
}

// replacement is a rotation with its credential.
type replacement struct {
	rotation   models.Rotation
	credential models.Credential
}

func replacementAnswer(r *reader) replacement {
	var p replacement
	for f := r.object(replaceFields); r.next(&f); {
		switch string(f.key) {
		case "rotation":
			p.rotation = rotation(r)
		case "credential":
			p.credential = credential(r)
		default:
			r.skip()
		}
	}
	if r.err == nil && p.rotation.Credential != p.credential.ID {
		r.fail("pairs a rotation with another credential")
	}
	return p
}

// secretAnswer is a value and which one it is.
type secretAnswer struct {
	credential models.CredentialID
	version    int
	value      models.Secret
}

func secretValue(r *reader) secretAnswer {
	var s secretAnswer
	for f := r.object(secretFields); r.next(&f); {
		switch string(f.key) {
		case "credential_id":
			s.credential = models.CredentialID(r.id())
		case "version":
			s.version = r.version()
		case "fingerprint":
			r.fingerprint()
		case "value":
			s.value = r.secret()
		default:
			r.skip()
		}
	}
	return s
}

package apiclient

import (
	"time"

	"example.com/keyturn/models"
)

// The words and the required fields of the contract.
var (
	credentialStates = []models.CredentialState{models.Active, models.Paused, models.Revoked}
	secretStates     = []models.SecretState{models.SecretCurrent, models.SecretPending, models.SecretRetiring, models.SecretRevoked}
	rotationStates   = []models.RotationState{
		models.RotationPending, models.RotationRetiring, models.RotationDone, models.RotationCancelled, models.RotationRolledBack,
	}
	overlapModes = []models.OverlapMode{models.OverlapFirstUse, models.OverlapFixed, models.OverlapNone}

	credentialFields = []string{
		"id", "kind", "name", "state", "secrets", "use", "created_at", "changed_at", "revision", "value_known",
	}
	versionFields  = []string{"version", "kind", "state", "fingerprint", "masked", "created_at", "uses"}
	memberRefField = []string{"id", "name", "email"}
	useFields      = []string{"count", "recent"}
	callerFields   = []string{"secret_version", "client", "client_version", "host", "ci", "first", "last", "count"}
	rotationFields = []string{
		"id", "credential_id", "state", "old_version", "new_version", "overlap", "started_at", "started_by", "revision",
	}
	overlapFields = []string{"mode"}
	pageFields    = []string{"items", "next"}
	secretFields  = []string{"credential_id", "version", "fingerprint", "value"}
)

func credential(r *reader) models.Credential {
	var c models.Credential
	for f := r.object(credentialFields); r.next(&f); {
		switch string(f.key) {
		case "id":
			c.ID = models.CredentialID(r.id())
		case "kind":
			c.Kind = oneOf(r, models.Kinds)
		case "name":
			c.Name = r.text()
		case "state":
			c.State = oneOf(r, credentialStates)
		case "owner":
			owner := memberRef(r)
			c.Owner = &owner
		case "secrets":
			c.Secrets = listOf(r, secretVersion)
		case "rotation":
			latest := rotation(r)
			c.Rotation = &latest
		case "use":
			c.Use = use(r)
		case "refused_ci":
			c.RefusedCI = use(r)
		case "created_at":
			c.CreatedAt = r.moment()
		case "changed_at":
			c.ChangedAt = r.moment()
		case "changed_by":
			c.ChangedBy = r.text()
		case "revision":
			c.Revision = r.revision()
		case "value_known":
			c.ValueKnown = r.flag()
		default:
			r.skip()
		}
	}
	return c
}

func memberRef(r *reader) models.MemberRef {
	var m models.MemberRef
	for f := r.object(memberRefField); r.next(&f); {
		switch string(f.key) {
		case "id":
			m.ID = models.MemberID(r.id())
		case "name":
			m.Name = r.text()
		case "email":
			m.Email = r.text()
		default:
			r.skip()
		}
	}
	return m
}

func secretVersion(r *reader) models.SecretVersion {
	var s models.SecretVersion
	for f := r.object(versionFields); r.next(&f); {
		switch string(f.key) {
		case "version":
			s.Version = r.version()
		case "kind":
			s.Kind = oneOf(r, models.Kinds)
		case "state":
			s.State = oneOf(r, secretStates)
		case "fingerprint":
			s.Fingerprint = r.fingerprint()
		case "masked":
			s.Masked = r.text()
		case "created_at":
			s.CreatedAt = r.moment()
		case "first_use":
			s.FirstUse = r.moment()
		case "last_use":
			s.LastUse = r.moment()
		case "uses":
			s.Uses = r.total()
		case "ended_at":
			s.EndedAt = r.moment()
		default:
			r.skip()
		}
	}
	return s
}

func use(r *reader) models.Use {
	var u models.Use
	for f := r.object(useFields); r.next(&f); {
		switch string(f.key) {
		case "last":
			u.Last = r.moment()
		case "count":
			u.Count = r.total()
		case "recent":
			u.Recent = r.total()
		case "client":
			u.Client = r.text()
		case "version":
			u.Version = r.text()
		case "host":
			u.Host = r.text()
		case "ci":
			u.CI = r.flag()
		default:
			r.skip()
		}
	}
	return u
}

func caller(r *reader) models.Caller {
	var c models.Caller
	for f := r.object(callerFields); r.next(&f); {
		switch string(f.key) {
		case "secret_version":
			c.SecretVersion = r.version()
		case "client":
			c.Client = r.text()
		case "client_version":
			c.ClientVersion = r.text()
		case "host":
			c.Host = r.text()
		case "ci":
			c.CI = r.flag()
		case "first":
			c.First = r.moment()
		case "last":
			c.Last = r.moment()
		case "count":
			c.Count = r.total()
		default:
			r.skip()
		}
	}
	return c
}

func rotation(r *reader) models.Rotation {
	var t models.Rotation
	for f := r.object(rotationFields); r.next(&f); {
		switch string(f.key) {
		case "id":
			t.ID = models.RotationID(r.id())
		case "credential_id":
			t.Credential = models.CredentialID(r.id())
		case "state":
			t.State = oneOf(r, rotationStates)
		case "old_version":
			t.OldVersion = r.version()
		case "new_version":
			t.NewVersion = r.version()
		case "overlap":
			t.Overlap = overlap(r)
		case "reason":
			t.Reason = r.text()
		case "started_by":
			t.StartedBy = r.text()
		case "started_by_id":
			t.StartedByID = models.MemberID(r.id())
		case "started_from":
			t.StartedFrom = r.text()
		case "asked":
			t.Asked = r.exact(64)
		case "ended_by":
			t.EndedBy = r.text()
		case "revision":
			t.Revision = r.revision()
		default:
			rotationTime(r, string(f.key), &t)
		}
	}
	return t
}

func rotationTime(r *reader, name string, t *models.Rotation) {
	switch name {
	case "started_at":
		t.StartedAt = r.moment()
	case "first_use":
		t.FirstUse = r.moment()
	case "confirmed_at":
		t.ConfirmedAt = r.moment()
	case "grace_ends":
		t.GraceEnds = r.moment()
	case "ended_at":
		t.EndedAt = r.moment()
	default:
		r.skip()
	}
}

func overlap(r *reader) models.Overlap {
	var o models.Overlap
	for f := r.object(overlapFields); r.next(&f); {
		switch string(f.key) {
		case "mode":
			o.Mode = oneOf(r, overlapModes)
		case "grace_seconds":
			o.Grace = time.Duration(r.count(0, int64(models.MaxGrace/time.Second))) * time.Second
		default:
			r.skip()
		}
	}
	return o
}

// fingerprint reads 8 hex digits, or nothing where the value is not known.
func (r *reader) fingerprint() string {
	text := r.exact(8)
	ok := text == "" || len(text) == 8
	for i := range len(text) {
		c := text[i]
		ok = ok && ('0' <= c && c <= '9' || 'a' <= c && c <= 'f')
	}
	if !ok {
		r.fail("must be 8 hex digits")
		return ""
	}
	return text
}

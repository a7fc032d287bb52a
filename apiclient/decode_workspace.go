package apiclient

import (
	"net/http"
	"strings"

	"example.com/keyturn/models"
)

// The words and the required fields of the workspace, the import and the problems.
var (
	reveals         = []models.Reveal{models.RevealAdmins, models.RevealOwner}
	workspaceFields = []string{
		"id", "name", "personal_token_reveal", "members_use_ci", "sunset", "counts", "caller", "server_time", "events_head", "revision",
	}
	countsFields = []string{
		"members", "seats", "ci_tokens", "legacy_api", "legacy_ci", "legacy_used", "legacy_unused", "legacy_no_owner", "migrated",
		"open_rotations",
	}
	principalFields = []string{"id", "email", "name", "role", "token_id", "permissions"}
	sunsetFields    = []string{"downtimes"}
	downtimeFields  = []string{"id", "start", "end"}
	reportFields    = []string{"dry_run", "created", "updated", "unchanged", "changes"}
	changeFields    = []string{"verb", "what", "name"}
	changeVerbs     = []string{"create", "update", "keep"}
	problemFields   = []string{"type", "title", "status"}
	healthFields    = []string{"status", "version"}
)

func workspace(r *reader) models.Workspace {
	var w models.Workspace
	for f := r.object(workspaceFields); r.next(&f); {
		switch string(f.key) {
		case "id":
			w.ID = r.id()
		case "name":
			w.Name = r.text()
		case "personal_token_reveal":
			w.PersonalReveal = oneOf(r, reveals)
		case "members_use_ci":
			w.MembersUseCI = r.flag()
		case "sunset":
			w.Sunset = sunset(r)
		case "counts":
			w.Counts = counts(r)
		case "caller":
			w.Caller = principal(r)
		case "server_time":
			w.Now = r.moment()
		case "changed_at":
			w.ChangedAt = r.moment()
		case "changed_by":
			w.ChangedBy = r.text()
		case "events_head":
			w.Head = head(r)
		case "revision":
			w.Revision = r.revision()
		default:
			r.skip()
		}
	}
	return w
}

func head(r *reader) models.EventHead {
	var h models.EventHead
	for f := r.object(headFields); r.next(&f); {
		switch string(f.key) {
		case "seq":
			h.Seq = r.total()
		case "hash":
			h.Hash = r.hash()
		default:
			r.skip()
		}
	}
	return h
}

func counts(r *reader) models.Counts {
	var c models.Counts
	into := map[string]*int{
		"members": &c.Members, "seats": &c.Seats, "ci_tokens": &c.CITokens, "legacy_api": &c.LegacyAPI, "legacy_ci": &c.LegacyCI,
		"legacy_used": &c.LegacyUsed, "legacy_unused": &c.LegacyUnused, "legacy_no_owner": &c.LegacyNoOwner, "migrated": &c.Migrated,
		"open_rotations": &c.OpenRotations,
	}
	for f := r.object(countsFields); r.next(&f); {
		if n, known := into[string(f.key)]; known {
			*n = r.size()
		} else {
			r.skip()
		}
	}
	return c
}

func principal(r *reader) models.Principal {
	var p models.Principal
	for f := r.object(principalFields); r.next(&f); {
		switch string(f.key) {
		case "id":
			p.ID = models.MemberID(r.id())
		case "email":
			p.Email = r.text()
		case "name":
			p.Name = r.text()
		case "role":
			p.Role = oneOf(r, roles)
		case "token_id":
			p.Token = models.CredentialID(r.id())
		case "permissions":
			p.Permissions = listOf(r, func(r *reader) models.Permission { return models.Permission(r.text()) })
		default:
			r.skip()
		}
	}
	return p
}

func sunset(r *reader) models.Sunset {
	var s models.Sunset
	for f := r.object(sunsetFields); r.next(&f); {
		switch string(f.key) {
		case "start":
			s.Start = r.moment()
		case "end":
			s.End = r.moment()
		case "source":
			s.Source = r.text()
		case "downtimes":
			s.Downtimes = listOf(r, downtime)
		default:
			r.skip()
		}
	}
	return s
}

func downtime(r *reader) models.Downtime {
	var d models.Downtime
	for f := r.object(downtimeFields); r.next(&f); {
		switch string(f.key) {
		case "id":
			d.ID = r.text()
		case "start":
			d.Start = r.moment()
		case "end":
			d.End = r.moment()
		case "note":
			d.Note = r.text()
		default:
			r.skip()
		}
	}
	return d
}

func importReport(r *reader) models.ImportReport {
	var p models.ImportReport
	for f := r.object(reportFields); r.next(&f); {
		switch string(f.key) {
		case "dry_run":
			p.DryRun = r.flag()
		case "created":
			p.Created = r.size()
		case "updated":
			p.Updated = r.size()
		case "unchanged":
			p.Unchanged = r.size()
		case "kept":
			p.Kept = r.size()
		case "changes":
			p.Changes = listOf(r, importChange)
		default:
			r.skip()
		}
	}
	return p
}

func importChange(r *reader) models.ImportChange {
	var c models.ImportChange
	for f := r.object(changeFields); r.next(&f); {
		switch string(f.key) {
		case "verb":
			c.Verb = oneOf(r, changeVerbs)
		case "what":
			c.What = r.text()
		case "name":
			c.Name = r.text()
		case "detail":
			c.Detail = r.text()
		default:
			r.skip()
		}
	}
	return c
}

// problemBody is a refusal in the service's own words.
type problemBody struct {
	status int
	err    *models.Error
}

const problemPrefix = "urn:keyturn:problem:"

// problem reads a refusal.
func problem(r *reader) problemBody {
	p := problemBody{err: &models.Error{}}
	for f := r.object(problemFields); r.next(&f); {
		switch string(f.key) {
		case "type":
			p.err.Code = r.problemCode()
		case "title":
			p.err.Title = r.text()
		case "status":
			p.status = int(r.count(http.StatusBadRequest, 599))
		case "detail":
			p.err.Detail = r.text()
		case "fix":
			p.err.Fix = r.text()
		case "request_id":
			p.err.Request = r.text()
		case "changed_by":
			p.err.ChangedBy = r.text()
		case "changed_at":
			p.err.ChangedAt = r.moment()
		case "changed_from":
			p.err.ChangedFrom = r.text()
		case "current":
			now := credential(r)
			p.err.Current = &now
		case "current_workspace":
			now := workspace(r)
			p.err.Settings = &now
		default:
			r.skip()
		}
	}
	return p
}

func (r *reader) problemCode() string {
	code, ours := strings.CutPrefix(r.exact(len(problemPrefix)+maxID), problemPrefix)
	if !ours || !validID(code) {
		r.fail("is no problem of keyturn")
		return ""
	}
	return code
}

// health reads the version of a service that runs.
func health(r *reader) string {
	var version string
	for f := r.object(healthFields); r.next(&f); {
		switch string(f.key) {
		case "status":
			oneOf(r, []string{"ok"})
		case "version":
			version = r.text()
		default:
			r.skip()
		}
	}
	return version
}

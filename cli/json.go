package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"example.com/keyturn/models"
)

// envelopeVersion is the version of every JSON answer; docs/json.md describes them.
const envelopeVersion = 1

type envelope struct {
	Version int          `json:"version"`
	Command string       `json:"command"`
	Data    any          `json:"data,omitempty"`
	Error   *jsonProblem `json:"error,omitempty"`
}

type jsonProblem struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail,omitempty"`
	Fix    string `json:"fix,omitempty"`
	// Who came first, where that was the reason.
	ChangedBy   string     `json:"changed_by,omitempty"`
	ChangedAt   *time.Time `json:"changed_at,omitempty"`
	ChangedFrom string     `json:"changed_from,omitempty"`
}

func writeJSON(w io.Writer, command string, data any, err error) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(envelope{Version: envelopeVersion, Command: command, Data: data, Error: problemOf(err)}); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

func problemOf(err error) *jsonProblem {
	if err == nil {
		return nil
	}
	var e *models.Error
	if errors.As(err, &e) {
		code := e.Code
		if code == "" {
			code = string(e.Fault)
		}
		title := e.Title
		if e.Op != "" {
			title = e.Op + ": " + title
		}
		return &jsonProblem{
			Code: code, Title: title, Detail: e.Detail, Fix: e.Fix, ChangedBy: e.ChangedBy, ChangedAt: utc(e.ChangedAt), ChangedFrom: e.ChangedFrom,
		}
	}
	code := "failed"
	var usage usageError
	if errors.As(err, &usage) {
		code = "usage"
	}
	return &jsonProblem{Code: code, Title: err.Error(), Fix: fixOf(err)}
}

type jsonOwner struct {
	ID    models.MemberID `json:"id"`
	Name  string          `json:"name"`
	Email string          `json:"email"`
}

type jsonUse struct {
	Last    *time.Time `json:"last"`
	Count   int64      `json:"count"`
	Recent  int64      `json:"last_30_days"`
	Client  string     `json:"client,omitempty"`
	Version string     `json:"version,omitempty"`
	Host    string     `json:"host,omitempty"`
	CI      bool       `json:"ci"`
}

type jsonSecret struct {
	Version     int                `json:"version"`
	Kind        models.Kind        `json:"kind"`
	State       models.SecretState `json:"state"`
	Fingerprint string             `json:"fingerprint"`
	Masked      string             `json:"masked"`
	CreatedAt   *time.Time         `json:"created_at"`
	FirstUse    *time.Time         `json:"first_use"`
	LastUse     *time.Time         `json:"last_use"`
	Uses        int64              `json:"uses"`
	EndedAt     *time.Time         `json:"ended_at"`
}

type jsonRotation struct {
	ID          models.RotationID    `json:"id"`
	State       models.RotationState `json:"state"`
	Overlap     string               `json:"overlap"`
	OldVersion  int                  `json:"old_version"`
	NewVersion  int                  `json:"new_version"`
	Reason      string               `json:"reason,omitempty"`
	StartedAt   *time.Time           `json:"started_at"`
	StartedBy   string               `json:"started_by"`
	StartedFrom string               `json:"started_from,omitempty"`
	FirstUse    *time.Time           `json:"first_use"`
	ConfirmedAt *time.Time           `json:"confirmed_at"`
	GraceEnds   *time.Time           `json:"grace_ends"`
	EndedAt     *time.Time           `json:"ended_at"`
	EndedBy     string               `json:"ended_by,omitempty"`
}

type jsonCredential struct {
	ID        models.CredentialID    `json:"id"`
	Kind      models.Kind            `json:"kind"`
	Name      string                 `json:"name"`
	State     models.CredentialState `json:"state"`
	Owner     *jsonOwner             `json:"owner"`
	Use       jsonUse                `json:"use"`
	RefusedCI int64                  `json:"refused_in_ci,omitempty"`
	Secrets   []jsonSecret           `json:"secrets"`
	Rotation  *jsonRotation          `json:"rotation"`
	CreatedAt *time.Time             `json:"created_at"`
	Readable  bool                   `json:"value_known"`
}

type jsonMember struct {
	ID        models.MemberID `json:"id"`
	Email     string          `json:"email"`
	Name      string          `json:"name"`
	Role      models.Role     `json:"role"`
	Seat      bool            `json:"seat"`
	Token     jsonCredential  `json:"personal_token"`
	LegacyKey *jsonCredential `json:"legacy_api_key"`
}

type jsonCaller struct {
	SecretVersion int        `json:"secret_version"`
	Client        string     `json:"client"`
	Version       string     `json:"version"`
	Host          string     `json:"host"`
	CI            bool       `json:"ci"`
	First         *time.Time `json:"first"`
	Last          *time.Time `json:"last"`
	Count         int64      `json:"count"`
}

type jsonEvent struct {
	Seq        int64               `json:"seq"`
	At         *time.Time          `json:"at"`
	Actor      string              `json:"actor"`
	From       string              `json:"from,omitempty"`
	Action     models.EventAction  `json:"action"`
	Credential models.CredentialID `json:"credential,omitempty"`
	Name       string              `json:"name,omitempty"`
	Kind       models.Kind         `json:"kind,omitempty"`
	Rotation   models.RotationID   `json:"rotation,omitempty"`
	Detail     string              `json:"detail,omitempty"`
	Hash       string              `json:"hash"`
}

type jsonFinding struct {
	Code       models.FindingCode  `json:"code"`
	Severity   models.Severity     `json:"severity"`
	Credential models.CredentialID `json:"credential,omitempty"`
	Subject    string              `json:"subject"`
	Message    string              `json:"message"`
	Fix        string              `json:"fix"`
}

// utc is a time in UTC, or nothing.
func utc(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// told is the moment that utc has made of it.
func told(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func toJSON(c *models.Credential) jsonCredential {
	j := jsonCredential{
		ID: c.ID, Kind: c.Kind, Name: c.Name, State: c.State, RefusedCI: c.RefusedCI.Count, CreatedAt: utc(c.CreatedAt), Readable: c.ValueKnown,
		Use:     jsonUse{Last: utc(c.Use.Last), Count: c.Use.Count, Recent: c.Use.Recent, Client: c.Use.Client, Version: c.Use.Version, Host: c.Use.Host, CI: c.Use.CI},
		Secrets: []jsonSecret{},
	}
	if c.Owner != nil {
		j.Owner = &jsonOwner{ID: c.Owner.ID, Name: c.Owner.Name, Email: c.Owner.Email}
	}
	for _, s := range c.Secrets {
		j.Secrets = append(j.Secrets, jsonSecret{
			Version: s.Version, Kind: s.Kind, State: s.State, Fingerprint: s.Fingerprint, Masked: s.Masked, CreatedAt: utc(s.CreatedAt),
			FirstUse: utc(s.FirstUse), LastUse: utc(s.LastUse), Uses: s.Uses, EndedAt: utc(s.EndedAt),
		})
	}
	if c.Rotation != nil {
		r := rotationJSON(c.Rotation)
		j.Rotation = &r
	}
	return j
}

func rotationJSON(r *models.Rotation) jsonRotation {
	return jsonRotation{
		ID: r.ID, State: r.State, Overlap: r.Overlap.String(), OldVersion: r.OldVersion, NewVersion: r.NewVersion, Reason: r.Reason,
		StartedAt: utc(r.StartedAt), StartedBy: r.StartedBy, StartedFrom: r.StartedFrom, FirstUse: utc(r.FirstUse), ConfirmedAt: utc(r.ConfirmedAt),
		GraceEnds: utc(r.GraceEnds), EndedAt: utc(r.EndedAt), EndedBy: r.EndedBy,
	}
}

func memberJSON(m *models.Member) jsonMember {
	j := jsonMember{ID: m.ID, Email: m.Email, Name: m.Name, Role: m.Role, Seat: m.Seat, Token: toJSON(&m.Token)}
	if m.LegacyKey != nil {
		key := toJSON(m.LegacyKey)
		j.LegacyKey = &key
	}
	return j
}

func eventJSON(e models.Event) jsonEvent {
	return jsonEvent{
		Seq: e.Seq, At: utc(e.At), Actor: e.Actor, From: e.From, Action: e.Action, Credential: e.Credential, Name: e.Name, Kind: e.Kind,
		Rotation: e.Rotation, Detail: e.Detail, Hash: e.Hash.String(),
	}
}

func callersJSON(list []models.Caller) []jsonCaller {
	out := make([]jsonCaller, 0, len(list))
	for _, c := range list {
		out = append(out, jsonCaller{
			SecretVersion: c.SecretVersion, Client: c.Client, Version: c.ClientVersion, Host: c.Host, CI: c.CI, First: utc(c.First), Last: utc(c.Last), Count: c.Count,
		})
	}
	return out
}

func findingsJSON(list []models.Finding) []jsonFinding {
	out := make([]jsonFinding, 0, len(list))
	for _, f := range list {
		out = append(out, jsonFinding{Code: f.Code, Severity: f.Severity, Credential: f.Credential, Subject: f.Subject, Message: f.Message, Fix: f.Fix})
	}
	return out
}

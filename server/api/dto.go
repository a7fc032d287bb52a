package api

import (
	"time"

	"example.com/keyturn/models"
)

// The shapes on the wire, named after the schemas of the contract. A zero time is left out.

type workspaceDTO struct {
	ID           string    `json:"id"`
	Name         string    `json:"name"`
	Reveal       string    `json:"personal_token_reveal"`
	MembersUseCI bool      `json:"members_use_ci"`
	Sunset       sunsetDTO `json:"sunset"`
	Counts       countsDTO `json:"counts"`
	Caller       callerDTO `json:"caller"`
	ServerTime   time.Time `json:"server_time"`
	Revision     int64     `json:"revision"`
}

type countsDTO struct {
	Members       int `json:"members"`
	Seats         int `json:"seats"`
	CITokens      int `json:"ci_tokens"`
	LegacyAPI     int `json:"legacy_api"`
	LegacyCI      int `json:"legacy_ci"`
	LegacyUsed    int `json:"legacy_used"`
	LegacyUnused  int `json:"legacy_unused"`
	LegacyNoOwner int `json:"legacy_no_owner"`
	Migrated      int `json:"migrated"`
	OpenRotations int `json:"open_rotations"`
}

type callerDTO struct {
	ID          string   `json:"id"`
	Email       string   `json:"email"`
	Name        string   `json:"name"`
	Role        string   `json:"role"`
	TokenID     string   `json:"token_id"`
	Permissions []string `json:"permissions"`
}

type sunsetDTO struct {
	Start     *time.Time    `json:"start,omitempty"`
	End       *time.Time    `json:"end,omitempty"`
	Source    string        `json:"source,omitempty"`
	Downtimes []downtimeDTO `json:"downtimes"`
}

type downtimeDTO struct {
	ID    string    `json:"id"`
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	Note  string    `json:"note,omitempty"`
}

type memberDTO struct {
	ID        string         `json:"id"`
	Email     string         `json:"email"`
	Name      string         `json:"name"`
	Role      string         `json:"role"`
	Seat      bool           `json:"seat"`
	Token     credentialDTO  `json:"token"`
	LegacyKey *credentialDTO `json:"legacy_key,omitempty"`
	CreatedAt time.Time      `json:"created_at"`
	Revision  int64          `json:"revision"`
}

type memberRefDTO struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

type credentialDTO struct {
	ID         string        `json:"id"`
	Kind       string        `json:"kind"`
	Name       string        `json:"name"`
	State      string        `json:"state"`
	Owner      *memberRefDTO `json:"owner,omitempty"`
	Secrets    []secretDTO   `json:"secrets"`
	Rotation   *rotationDTO  `json:"rotation,omitempty"`
	Use        useDTO        `json:"use"`
	RefusedCI  *useDTO       `json:"refused_ci,omitempty"`
	CreatedAt  time.Time     `json:"created_at"`
	ChangedAt  time.Time     `json:"changed_at"`
	ChangedBy  string        `json:"changed_by,omitempty"`
	Revision   int64         `json:"revision"`
	ValueKnown bool          `json:"value_known"`
}

type secretDTO struct {
	Version     int        `json:"version"`
	Kind        string     `json:"kind"`
	State       string     `json:"state"`
	Fingerprint string     `json:"fingerprint"`
	Masked      string     `json:"masked"`
	CreatedAt   time.Time  `json:"created_at"`
	FirstUse    *time.Time `json:"first_use,omitempty"`
	LastUse     *time.Time `json:"last_use,omitempty"`
	Uses        int64      `json:"uses"`
	EndedAt     *time.Time `json:"ended_at,omitempty"`
}

type useDTO struct {
	Last    *time.Time `json:"last,omitempty"`
	Count   int64      `json:"count"`
	Recent  int64      `json:"recent"`
	Client  string     `json:"client,omitempty"`
	Version string     `json:"version,omitempty"`
	Host    string     `json:"host,omitempty"`
	CI      bool       `json:"ci,omitempty"`
}

type usageDTO struct {
	SecretVersion int       `json:"secret_version"`
	Client        string    `json:"client"`
	ClientVersion string    `json:"client_version"`
	Host          string    `json:"host"`
	CI            bool      `json:"ci"`
	First         time.Time `json:"first"`
	Last          time.Time `json:"last"`
	Count         int64     `json:"count"`
}

type overlapDTO struct {
	Mode         string `json:"mode"`
	GraceSeconds int64  `json:"grace_seconds,omitempty"`
}

type rotationDTO struct {
	ID           string     `json:"id"`
	CredentialID string     `json:"credential_id"`
	State        string     `json:"state"`
	OldVersion   int        `json:"old_version"`
	NewVersion   int        `json:"new_version"`
	Overlap      overlapDTO `json:"overlap"`
	Reason       string     `json:"reason,omitempty"`
	StartedAt    time.Time  `json:"started_at"`
	StartedBy    string     `json:"started_by"`
	FirstUse     *time.Time `json:"first_use,omitempty"`
	ConfirmedAt  *time.Time `json:"confirmed_at,omitempty"`
	GraceEnds    *time.Time `json:"grace_ends,omitempty"`
	EndedAt      *time.Time `json:"ended_at,omitempty"`
	EndedBy      string     `json:"ended_by,omitempty"`
	Revision     int64      `json:"revision"`
}

type rotationResultDTO struct {
	Rotation   rotationDTO   `json:"rotation"`
	Credential credentialDTO `json:"credential"`
}

type eventDTO struct {
	Seq          int64     `json:"seq"`
	At           time.Time `json:"at"`
	Actor        string    `json:"actor"`
	ActorID      string    `json:"actor_id,omitempty"`
	From         string    `json:"from,omitempty"`
	Action       string    `json:"action"`
	CredentialID string    `json:"credential_id,omitempty"`
	Name         string    `json:"name,omitempty"`
	Kind         string    `json:"kind,omitempty"`
	RotationID   string    `json:"rotation_id,omitempty"`
	Detail       string    `json:"detail,omitempty"`
}

type pageDTO[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

type changesDTO struct {
	Position    int64           `json:"position"`
	Credentials []credentialDTO `json:"credentials"`
	Members     []memberDTO     `json:"members"`
	Workspace   bool            `json:"workspace"`
	More        bool            `json:"more"`
}

type secretValueDTO struct {
	CredentialID string `json:"credential_id"`
	Version      int    `json:"version"`
	Fingerprint  string `json:"fingerprint"`
	Value        string `json:"value"`
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// each maps a list; it is never null on the wire.
func each[From, To any](list []From, to func(From) To) []To {
	out := make([]To, len(list))
	for i := range list {
		out[i] = to(list[i])
	}
	return out
}

func pageOf[From, To any](items []From, next string, to func(From) To) pageDTO[To] {
	return pageDTO[To]{Items: each(items, to), Next: next}
}

func workspaceOut(w models.Workspace) workspaceDTO {
	c := w.Counts
	return workspaceDTO{
		ID: w.ID, Name: w.Name, Reveal: string(w.PersonalReveal), MembersUseCI: w.MembersUseCI, Sunset: sunsetOut(w.Sunset),
		Counts: countsDTO{
			Members: c.Members, Seats: c.Seats, CITokens: c.CITokens, LegacyAPI: c.LegacyAPI, LegacyCI: c.LegacyCI, LegacyUsed: c.LegacyUsed,
			LegacyUnused: c.LegacyUnused, LegacyNoOwner: c.LegacyNoOwner, Migrated: c.Migrated, OpenRotations: c.OpenRotations,
		},
		Caller: callerDTO{
			ID: string(w.Caller.ID), Email: w.Caller.Email, Name: w.Caller.Name, Role: string(w.Caller.Role), TokenID: string(w.Caller.Token),
			Permissions: each(w.Caller.Permissions, func(p models.Permission) string { return string(p) }),
		},
		ServerTime: w.Now, Revision: int64(w.Revision),
	}
}

func sunsetOut(s models.Sunset) sunsetDTO {
	return sunsetDTO{
		Start: when(s.Start), End: when(s.End), Source: s.Source,
		Downtimes: each(s.Downtimes, func(d models.Downtime) downtimeDTO {
			return downtimeDTO{ID: d.ID, Start: d.Start, End: d.End, Note: d.Note}
		}),
	}
}

func memberOut(m models.Member) memberDTO {
	out := memberDTO{
		ID: string(m.ID), Email: m.Email, Name: m.Name, Role: string(m.Role), Seat: m.Seat, Token: credentialOut(m.Token),
		CreatedAt: m.CreatedAt, Revision: int64(m.Revision),
	}
	if m.LegacyKey != nil {
		key := credentialOut(*m.LegacyKey)
		out.LegacyKey = &key
	}
	return out
}

func credentialOut(c models.Credential) credentialDTO {
	out := credentialDTO{
		ID: string(c.ID), Kind: string(c.Kind), Name: c.Name, State: string(c.State), Secrets: each(c.Secrets, secretOut), Use: useOut(c.Use),
		CreatedAt: c.CreatedAt, ChangedAt: c.ChangedAt, ChangedBy: c.ChangedBy, Revision: int64(c.Revision), ValueKnown: c.ValueKnown,
	}
	if c.Owner != nil {
		out.Owner = &memberRefDTO{ID: string(c.Owner.ID), Name: c.Owner.Name, Email: c.Owner.Email}
	}
	if c.Rotation != nil {
		r := rotationOut(*c.Rotation)
		out.Rotation = &r
	}
	if c.RefusedCI.Count > 0 {
		u := useOut(c.RefusedCI)
		out.RefusedCI = &u
	}
	return out
}

func secretOut(s models.SecretVersion) secretDTO {
	return secretDTO{
		Version: s.Version, Kind: string(s.Kind), State: string(s.State), Fingerprint: s.Fingerprint, Masked: s.Masked, CreatedAt: s.CreatedAt,
		FirstUse: when(s.FirstUse), LastUse: when(s.LastUse), Uses: s.Uses, EndedAt: when(s.EndedAt),
	}
}

func useOut(u models.Use) useDTO {
	return useDTO{Last: when(u.Last), Count: u.Count, Recent: u.Recent, Client: u.Client, Version: u.Version, Host: u.Host, CI: u.CI}
}

func usageOut(c models.Caller) usageDTO {
	return usageDTO{
		SecretVersion: c.SecretVersion, Client: c.Client, ClientVersion: c.ClientVersion, Host: c.Host, CI: c.CI,
		First: c.First, Last: c.Last, Count: c.Count,
	}
}

func rotationOut(r models.Rotation) rotationDTO {
	return rotationDTO{
		ID: string(r.ID), CredentialID: string(r.Credential), State: string(r.State), OldVersion: r.OldVersion, NewVersion: r.NewVersion,
		Overlap: overlapDTO{Mode: string(r.Overlap.Mode), GraceSeconds: int64(r.Overlap.Grace / time.Second)}, Reason: r.Reason,
		StartedAt: r.StartedAt, StartedBy: r.StartedBy, FirstUse: when(r.FirstUse), ConfirmedAt: when(r.ConfirmedAt),
		GraceEnds: when(r.GraceEnds), EndedAt: when(r.EndedAt), EndedBy: r.EndedBy, Revision: int64(r.Revision),
	}
}

func eventOut(e models.Event) eventDTO {
	return eventDTO{
		Seq: e.Seq, At: e.At, Actor: e.Actor, ActorID: string(e.ActorID), From: e.From, Action: string(e.Action), CredentialID: string(e.Credential),
		Name: e.Name, Kind: string(e.Kind), RotationID: string(e.Rotation), Detail: e.Detail,
	}
}

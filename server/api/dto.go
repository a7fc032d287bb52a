package api

import (
	"time"

	"example.com/keyturn/models"
)

// The shapes on the wire, named after the schemas of the contract. A zero time is left out.

type workspaceDTO struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Reveal       string     `json:"personal_token_reveal"`
	MembersUseCI bool       `json:"members_use_ci"`
	Sunset       sunsetDTO  `json:"sunset"`
	Counts       countsDTO  `json:"counts"`
	Caller       callerDTO  `json:"caller"`
	ServerTime   time.Time  `json:"server_time"`
	ChangedAt    *time.Time `json:"changed_at,omitempty"`
	ChangedBy    string     `json:"changed_by,omitempty"`
	Head         headDTO    `json:"events_head"`
	Revision     int64      `json:"revision"`
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
	Hash         string    `json:"hash"`
}

type headDTO struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

type pageDTO[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
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
		ServerTime: w.Now, ChangedAt: when(w.ChangedAt), ChangedBy: w.ChangedBy, Revision: int64(w.Revision),
		Head: headDTO{Seq: w.Head.Seq, Hash: w.Head.Hash.String()},
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

func usageOut(c models.Caller) usageDTO {
	return usageDTO{
		SecretVersion: c.SecretVersion, Client: c.Client, ClientVersion: c.ClientVersion, Host: c.Host, CI: c.CI,
		First: c.First, Last: c.Last, Count: c.Count,
	}
}

func eventOut(e models.Event) eventDTO {
	return eventDTO{
		Seq: e.Seq, At: e.At, Actor: e.Actor, ActorID: string(e.ActorID), From: e.From, Action: string(e.Action), CredentialID: string(e.Credential),
		Name: e.Name, Kind: string(e.Kind), RotationID: string(e.Rotation), Detail: e.Detail, Hash: e.Hash.String(),
	}
}

package apiclient

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/models"
)

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

func wantRotation() models.Rotation {
	return models.Rotation{
		ID: "01JD3T0A5XRO", Credential: "01JD3T0A5XCI", State: models.RotationRetiring, OldVersion: 1, NewVersion: 2,
		Overlap: models.Overlap{Mode: models.OverlapFirstUse, Grace: 24 * time.Hour}, Reason: "leaves legacy",
		StartedAt: at("2026-11-20T08:00:00Z"), StartedBy: "Ada Admin",
		StartedByID: "01JD3T0A5XAD", StartedFrom: "192.0.2.7", Asked: strings.Repeat("0123456789abcdef", 4), FirstUse: at("2026-11-21T08:00:00Z"),
		ConfirmedAt: at("2026-11-21T08:30:00Z"), GraceEnds: at("2026-11-22T08:00:00Z"), EndedAt: at("2026-11-22T09:00:00Z"),
		EndedBy: "keyturn", Revision: 3,
	}
}

func wantCredential() models.Credential {
	rotation := wantRotation()
	return models.Credential{
		ID: "01JD3T0A5XCI", Kind: models.CIToken, Name: "GitHub ‹U+202E›Actions", State: models.Active,
		Secrets: []models.SecretVersion{
			{
				Version: 1, Kind: models.LegacyCIKey, State: models.SecretRetiring, Masked: "ab…yz", CreatedAt: at("2024-03-01T08:00:00Z"),
				FirstUse: at("2024-03-01T09:00:00Z"), LastUse: at("2026-11-22T10:00:00Z"), Uses: 812,
			},
			{
				Version: 2, Kind: models.CIToken, State: models.SecretCurrent, Fingerprint: "0badcafe", Masked: "lsdemo-…9f3c",
				CreatedAt: at("2026-11-20T08:00:00Z"), FirstUse: at("2026-11-21T08:00:00Z"), LastUse: at("2026-11-23T07:00:00Z"), Uses: 12,
				EndedAt: at("2026-11-24T00:00:00Z"),
			},
		},
		Rotation: &rotation,
		Use: models.Use{
			Last: at("2026-11-23T07:00:00Z"), Count: 824, Recent: 40, Client: "localstack-cli", Version: "4.11.0", Host: "runner-7", CI: true,
		},
		RefusedCI: models.Use{Last: at("2026-11-01T00:00:00Z"), Count: 2, Recent: 1},
		CreatedAt: at("2024-03-01T08:00:00Z"), ChangedAt: at("2026-11-21T08:30:00Z"), ChangedBy: "Ada Admin", Revision: 7, ValueKnown: true,
	}
}

func wantLegacyKey() models.Credential {
	return models.Credential{
		ID: "01JD3T0A5XLK", Kind: models.LegacyAPIKey, Name: "mei's key", State: models.Paused,
		CreatedAt: at("2023-01-01T00:00:00Z"), ChangedAt: at("2023-01-01T00:00:00Z"), Revision: 2,
	}
}

func wantMember() models.Member {
	key := wantLegacyKey()
	return models.Member{
		ID: "01JD3T0A5XME", Email: "mei@example.org", Name: "陳美‹U+200B›", Role: models.RoleAdmin, Seat: true,
		Token: models.Credential{
			ID: "01JD3T0A5XPT", Kind: models.PersonalToken, State: models.Active,
			Owner: &models.MemberRef{ID: "01JD3T0A5XME", Name: "陳美‹U+200B›", Email: "mei@example.org"},
			Secrets: []models.SecretVersion{{
				Version: 1, Kind: models.PersonalToken, State: models.SecretCurrent, Fingerprint: "deadbeef", Masked: "lsdemo-…0001",
				CreatedAt: at("2025-01-01T00:00:00Z"),
			}},
			CreatedAt: at("2025-01-01T00:00:00Z"), ChangedAt: at("2025-01-01T00:00:00Z"), Revision: 1, ValueKnown: true,
		},
		LegacyKey: &key, CreatedAt: at("2025-01-01T00:00:00Z"), Revision: 4,
	}
}

func wantSunset(source string) models.Sunset {
	return models.Sunset{
		Start: at("2026-09-01T00:00:00Z"), End: at("2027-03-31T00:00:00Z"), Source: source,
		Downtimes: []models.Downtime{{ID: "dt-1", Start: at("2026-12-01T09:00:00Z"), End: at("2026-12-01T10:00:00Z"), Note: "first"}},
	}
}

func wantWorkspace() models.Workspace {
	return models.Workspace{
		ID: "01JD3T0A5XWS", Name: "Acme‹U+2028›Cloud", PersonalReveal: models.RevealAdmins, MembersUseCI: true,
		Sunset: wantSunset("https://example.org/legacy"),
		Counts: models.Counts{
			Members: 1, Seats: 2, CITokens: 3, LegacyAPI: 4, LegacyCI: 5, LegacyUsed: 6, LegacyUnused: 7, LegacyNoOwner: 8, Migrated: 9,
			OpenRotations: 10,
		},
		Caller: models.Principal{
			ID: "01JD3T0A5XME", Email: "mei@example.org", Name: "陳美", Role: models.RoleAdmin, Token: "01JD3T0A5XPT",
			Permissions: []models.Permission{models.MayReadCISecrets, models.MayManageCredentials},
		},
		Now: at("2026-11-23T14:00:00Z"), ChangedAt: at("2026-11-22T10:00:00Z"), ChangedBy: "Bo‹U+0007›b", Revision: 12,
		Head: models.EventHead{Seq: 42, Hash: eventHash("1a9131283552f8c828900b837190c11ed169db59f898822d6fa660af04e42d6f")},
	}
}

func eventHash(s string) models.EventHash {
	h, err := models.ParseEventHash(s)
	if err != nil {
		panic(err)
	}
	return h
}

func wantEvents() models.EventPage {
	return models.EventPage{Next: "eyJzZXEiOjQxfQ", Items: []models.Event{
		{
			Seq: 42, At: at("2026-11-23T13:00:00Z"), Actor: "Ada Admin", ActorID: "01JD3T0A5XAD", From: "192.0.2.7",
			Action: models.EventRotationStarted, Credential: "01JD3T0A5XCI", Name: "GitHub Actions", Kind: models.CIToken,
			Rotation: "01JD3T0A5XRO", Detail: "overlap first-use+24h",
			Hash: eventHash("1a9131283552f8c828900b837190c11ed169db59f898822d6fa660af04e42d6f"), Content: eventHash("536fa58f51454a11295bddb2791b65ea662e5b9d0b42813a472ac7b757fe721a"),
		},
		// The digest is that of the actor as it came, with the character that is not shown.
		{
			Seq: 41, At: at("2026-11-23T12:00:00Z"), Actor: "key‹U+202E›turn", Action: "something.new",
			Hash: eventHash("472d710bbce6eab5d5f594f4ced221fbf4a46a7afa1683066f8c0f5769674a60"), Content: eventHash("c78c7fe21ba94434a8ea09d45358bc593e3a94c4b1b3aef6e2c76932eb0bb871"),
		},
	}}
}

// read is one question and what its answer must become.
type read struct {
	name   string
	want   string
	answer string
	ask    func(context.Context, *Client) (any, error)
	result any
}

func one[T any](v T, err error) (any, error) { return v, err }

func listReads() []read {
	return []read{
		{
			name: "a page of members", want: "GET /v1/members?cursor=c1&limit=1000", answer: "members",
			ask: func(ctx context.Context, c *Client) (any, error) {
				return one(c.Members(ctx, models.Page{Cursor: "c1", Limit: 5000}))
			},
			result: models.MemberPage{Items: []models.Member{wantMember()}, Next: "c2"},
		},
		{
			name: "credentials by kind and state", answer: "credentials",
			want: "GET /v1/credentials?kind=ci_token&kind=legacy_ci_key&state=active",
			ask: func(ctx context.Context, c *Client) (any, error) {
				return one(c.Credentials(ctx, models.CredentialFilter{
					Kinds: []models.Kind{models.CIToken, models.LegacyCIKey}, States: []models.CredentialState{models.Active},
				}, models.Page{}))
			},
			result: models.CredentialPage{Items: []models.Credential{wantCredential()}},
		},
		{
			name: "the events of a credential", want: "GET /v1/events?after=7&credential=01JD3T0A5XCI&limit=50", answer: "events",
			ask: func(ctx context.Context, c *Client) (any, error) {
				return one(c.Events(ctx, models.EventFilter{Credential: "01JD3T0A5XCI", After: 7}, models.Page{Limit: 50}))
			},
			result: wantEvents(),
		},
		{
			name: "the rotations of a credential", want: "GET /v1/credentials/01JD3T0A5XCI/rotations", answer: "rotations",
			ask:    func(ctx context.Context, c *Client) (any, error) { return one(c.Rotations(ctx, "01JD3T0A5XCI")) },
			result: []models.Rotation{wantRotation()},
		},
		{
			name: "changes since a position", want: "GET /v1/changes?after=98&wait=50", answer: "changes",
			ask:    func(ctx context.Context, c *Client) (any, error) { return one(c.Changes(ctx, 98, time.Hour)) },
			result: models.Changes{Position: 99, Credentials: []models.Credential{wantCredential()}, Members: []models.Member{wantMember()}, Workspace: true, More: true},
		},
		{
			name: "the position alone", want: "GET /v1/changes", answer: "changes",
			ask: func(ctx context.Context, c *Client) (any, error) {
				found, err := c.Changes(ctx, -1, time.Minute)
				return found.Position, err
			},
			result: int64(99),
		},
		{
			name: "the start of all changes, at once", want: "GET /v1/changes?after=0", answer: "changes",
			ask: func(ctx context.Context, c *Client) (any, error) {
				found, err := c.Changes(ctx, 0, 900*time.Millisecond)
				return found.More, err
			},
			result: true,
		},
	}
}

func objectReads() []read {
	return []read{
		{
			name: "health", want: "GET /healthz", answer: "health",
			ask: func(ctx context.Context, c *Client) (any, error) { return one(c.Health(ctx)) }, result: "1.2.3",
		},
		{
			name: "the workspace", want: "GET /v1/workspace", answer: "workspace",
			ask: func(ctx context.Context, c *Client) (any, error) { return one(c.Workspace(ctx)) }, result: wantWorkspace(),
		},
		{
			name: "a member", want: "GET /v1/members/01JD3T0A5XME", answer: "member",
			ask: func(ctx context.Context, c *Client) (any, error) { return one(c.Member(ctx, "01JD3T0A5XME")) }, result: wantMember(),
		},
		{
			name: "a credential", want: "GET /v1/credentials/01JD3T0A5XCI", answer: "credential",
			ask:    func(ctx context.Context, c *Client) (any, error) { return one(c.Credential(ctx, "01JD3T0A5XCI")) },
			result: wantCredential(),
		},
		{
			name: "who uses a credential", want: "GET /v1/credentials/01JD3T0A5XCI/usage", answer: "usage",
			ask: func(ctx context.Context, c *Client) (any, error) {
				callers, truncated, err := c.Usage(ctx, "01JD3T0A5XCI")
				return map[bool][]models.Caller{truncated: callers}, err
			},
			result: map[bool][]models.Caller{true: {{
				SecretVersion: 2, Client: "localstack-cli", ClientVersion: "4.11.0", Host: "runner‹U+001B›[2J", CI: true,
				First: at("2026-11-21T08:00:00Z"), Last: at("2026-11-23T08:00:00Z"), Count: 12,
			}}},
		},
		{
			name: "a rotation", want: "GET /v1/rotations/01JD3T0A5XRO", answer: "rotation",
			ask: func(ctx context.Context, c *Client) (any, error) {
				r, cred, err := c.Rotation(ctx, "01JD3T0A5XRO")
				return replacementPair{r, cred}, err
			},
			result: replacementPair{wantRotation(), wantCredential()},
		},
		{
			name: "the newest secret", want: "GET /v1/credentials/01JD3T0A5XCI/secret", answer: "secret",
			ask: func(ctx context.Context, c *Client) (any, error) {
				s, err := c.Secret(ctx, "01JD3T0A5XCI", 0)
				return s.Reveal(), err
			},
			result: "lsdemo-ABCD1234-efgh-5678-IJKL-mnop90123456",
		},
		{
			name: "a secret by version", want: "GET /v1/credentials/01JD3T0A5XCI/secret?version=2", answer: "secret",
			ask: func(ctx context.Context, c *Client) (any, error) {
				s, err := c.Secret(ctx, "01JD3T0A5XCI", 2)
				return s.Empty(), err
			},
			result: false,
		},
		{
			name: "the workspace file", want: "GET /v1/export", answer: "inventory",
			ask: func(ctx context.Context, c *Client) (any, error) { return one(c.Export(ctx)) }, result: wantInventory(),
		},
	}
}

// replacementPair holds two results together so that they can be compared.
type replacementPair struct {
	Rotation   models.Rotation
	Credential models.Credential
}

func wantInventory() models.Inventory {
	calendar, no := wantSunset("announced"), false
	return models.Inventory{
		Workspace: models.InventoryWorkspace{Name: "Acme‹U+2028›Cloud", PersonalReveal: models.RevealOwner, MembersUseCI: &no},
		Sunset:    &calendar,
		Members: []models.InventoryMember{{
			Email: "mei@example.org", Name: "e‹U+0301›ric", Role: models.RoleMember, Seat: true, CreatedAt: at("2025-01-01T00:00:00Z"),
			Use: []models.InventoryUse{{
				Client: "lstk", Version: "1.0", Host: "laptop", First: at("2026-01-01T00:00:00Z"), Last: at("2026-02-01T00:00:00Z"), Count: 3,
			}},
			RefusedCI: 2,
		}},
		CITokens: []models.InventoryCredential{{
			Kind: models.CIToken, Name: "GitHub ‹U+202E›Actions", State: models.Active, CreatedAt: at("2025-01-01T00:00:00Z"),
			Use: []models.InventoryUse{{Client: "localstack-cli", CI: true, Last: at("2026-02-01T00:00:00Z"), Count: 9}},
		}},
		LegacyKeys: []models.InventoryCredential{{
			Kind: models.LegacyAPIKey, Name: "old ‹U+2039›one", Owner: "mei@example.org", State: models.Paused,
		}},
	}
}

var secretsByValue = cmp.Comparer(func(a, b models.Secret) bool { return a.Equal(b) })

func TestReadingAsksOnceAndDecodesEverything(t *testing.T) {
	for _, tc := range append(listReads(), objectReads()...) {
		t.Run(tc.name, func(t *testing.T) {
			c, _ := scripted(t, exchange{want: tc.want, answer: sample(t, tc.answer), header: map[string]string{"User-Agent": "keyturn/test"}})
			got, err := tc.ask(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.result, got, secretsByValue); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHealthShowsNoToken(t *testing.T) {
	c, _ := scripted(t, exchange{want: "GET /healthz", answer: sample(t, "health"), header: map[string]string{"Authorization": ""}})
	if _, err := c.Health(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestAnIDThatLeadsElsewhereIsNotAsked(t *testing.T) {
	c, _ := scripted(t) // nothing may be sent
	for _, id := range []string{"", ".", "..", "../members", "a/b", "a?b", "a b", "\x1b[2J"} {
		_, err := c.Credential(t.Context(), models.CredentialID(id))
		if e := asError(t, err); e.Fault != models.FaultInvalid {
			t.Errorf("%q: %v", id, e)
		}
		if _, _, err := c.Rotate(t.Context(), models.RotateRequest{Credential: models.CredentialID(id)}); models.FaultOf(err) != models.FaultInvalid {
			t.Errorf("rotate %q: %v", id, err)
		}
	}
}

func TestASecretOfAnotherVersionIsNotHandedOut(t *testing.T) {
	for name, ask := range map[string]func(*Client) (models.Secret, error){
		"version":    func(c *Client) (models.Secret, error) { return c.Secret(t.Context(), "01JD3T0A5XCI", 1) },
		"credential": func(c *Client) (models.Secret, error) { return c.Secret(t.Context(), "other", 2) },
	} {
		t.Run(name, func(t *testing.T) {
			want := map[string]string{"version": "GET /v1/credentials/01JD3T0A5XCI/secret?version=1", "credential": "GET /v1/credentials/other/secret?version=2"}
			c, _ := scripted(t, exchange{want: want[name], answer: sample(t, "secret")})
			got, err := ask(c)
			if e := asError(t, err); e.Fault != models.FaultInternal || !got.Empty() {
				t.Errorf("got a value: %v, %v", !got.Empty(), e)
			}
		})
	}
}

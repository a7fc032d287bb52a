package storetest

import (
	"errors"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// Open opens one database, and the same one each time: the second time as another process would.
type Open func(t testing.TB, now func() time.Time) policy.Store

// noon is when all happens.
var noon = time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)

func atNoon() time.Time { return noon }

// Contract holds a store to what policy relies on. empty makes a new database.
func Contract(t *testing.T, empty func(testing.TB) Open) {
	for name, test := range map[string]func(*testing.T, place){
		"the schema holds the rules":             schemaHoldsTheRules,
		"a refused write leaves nothing":         refusedWritesLeaveNothing,
		"closed rotations do not count as open":  closedRotationsDoNotCount,
		"rotations follow each other":            rotationsFollowEachOther,
		"reopening keeps everything":             reopeningKeepsEverything,
		"readers see one state":                  readersSeeOneState,
		"readers and writers wait for no reader": readersHoldNobodyUp,
		"old versions stay in the database":      oldVersionsStay,
		"processes lose no change":               processesLoseNoChange,
		"events have no gaps":                    eventsHaveNoGaps,
		"the history is a chain":                 theHistoryIsAChain,
		"a new workspace is made once":           aWorkspaceIsMadeOnce,
		"any text comes back":                    anyTextComesBack,
		"pages are in the order of bytes":        pagesAreInOrder,
		"a refusal is first once a day":          refusalIsFirstOnce,
		"use may come late":                      useMayComeLate,
		"a presented secret is found by itself":  presentedIsFound,
		"everybody gets their own answer":        everybodyGetsTheirOwn,
		"what is told moves":                     whatIsToldMoves,
		"where it stands is seen":                standingIsSeen,
		"some are found by their ids":            someAreFound,
		"who signs in is found":                  whoSignsIn,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, place{open: empty(t), now: atNoon})
		})
	}
}

// place is one database.
type place struct {
	open Open
	now  func() time.Time
}

func (p place) opened(t testing.TB) policy.Store {
	t.Helper()
	return p.open(t, p.now)
}

// filled is a store with a workspace, a member and a CI token with one secret.
func (p place) filled(t testing.TB) policy.Store {
	t.Helper()
	s := p.opened(t)
	Fill(t, s)
	return s
}

// Fill puts a workspace in an empty store, with the member m1, the CI token c1 named deploy, one secret
// of it and one event.
func Fill(t testing.TB, s policy.Store) {
	t.Helper()
	write(t, s, func(w policy.Writes) error {
		return errors.Join(
			w.CreateWorkspace(models.Workspace{ID: "w", Name: "Acme", PersonalReveal: models.RevealAdmins, Revision: 1, Now: noon}),
			w.InsertMember(models.Member{ID: "m1", Email: "Ada@example.com", Role: models.RoleAdmin, Seat: true, CreatedAt: noon, Revision: 1}),
			w.InsertCredential(credential("c1", "deploy"), nil),
			w.InsertSecret("c1", secret(1), policy.SecretMaterial{Lookup: []byte("hash 1"), Sealed: []byte("sealed 1")}),
			w.AddEvent(models.Event{At: noon, Actor: "ada", Action: models.EventCreated, Credential: "c1"}),
		)
	})
}

func credential(id models.CredentialID, name string) models.Credential {
	return models.Credential{ID: id, Kind: models.CIToken, Name: name, State: models.Active, CreatedAt: noon, ChangedAt: noon, Revision: 1, ValueKnown: true}
}

func secret(version int) models.SecretVersion {
	return models.SecretVersion{Version: version, Kind: models.CIToken, State: models.SecretCurrent, Fingerprint: "12345678", CreatedAt: noon}
}

func rotation(id models.RotationID, state models.RotationState) models.Rotation {
	return models.Rotation{
		ID: id, Credential: "c1", State: state, OldVersion: 1, NewVersion: 2, Overlap: models.DefaultOverlap,
		StartedAt: noon, StartedBy: "ada", StartedByID: "m1", StartedFrom: "192.0.2.1", Asked: models.KeyDigest("k"), GraceEnds: noon.Add(time.Hour), Revision: 1,
	}
}

func write(t testing.TB, s policy.Store, fn func(policy.Writes) error) {
	t.Helper()
	if err := s.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, s policy.Store, fn func(policy.Queries) error) {
	t.Helper()
	if err := s.Read(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// rename is a change that reads what it changes.
func rename(w policy.Writes, name string) error {
	c, err := w.Credential("c1")
	if err != nil {
		return err
	}
	c.Name, c.Revision = name, c.Revision+1
	return w.SaveCredential(c)
}

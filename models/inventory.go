package models

import "time"

// Inventory is what a workspace file says: everything that a workspace is made of. Members are
// known by e-mail, CI tokens and legacy CI keys by name.
type Inventory struct {
	Workspace  InventoryWorkspace
	Sunset     *Sunset // nil: leave the calendar as it is
	Members    []InventoryMember
	CITokens   []InventoryCredential
	LegacyKeys []InventoryCredential
}

// InventoryWorkspace holds the settings; an empty field leaves the setting as it is.
type InventoryWorkspace struct {
	Name           string
	PersonalReveal Reveal
	MembersUseCI   *bool
}

// InventoryMember is one person in a workspace file.
type InventoryMember struct {
	Email     string
	Name      string
	Role      Role
	Seat      bool
	CreatedAt time.Time
	Token     Secret // optional: the personal token they already have
	Use       []InventoryUse
	RefusedCI int64 // activations refused because the machine said CI
}

// InventoryCredential is one CI token or legacy key in a workspace file.
type InventoryCredential struct {
	Kind      Kind   // of a legacy key: LegacyAPIKey or LegacyCIKey
	Name      string // of a legacy API key: may be empty, the owner names it
	Owner     string // e-mail; for a legacy API key, empty if nobody claims it
	State     CredentialState
	CreatedAt time.Time
	Value     Secret // optional; without it a new CI token is made, and a legacy key is only listed
	Use       []InventoryUse
}

// InventoryUse is the usage history of one caller.
type InventoryUse struct {
	Client  string
	Version string
	Host    string
	CI      bool
	First   time.Time
	Last    time.Time
	Count   int64
}

// ImportChange is one thing that importing an inventory does or would do.
type ImportChange struct {
	Verb   string // "create", "update", or "keep" for a value that the file has otherwise
	What   string // "member", "CI token", "legacy API key", "legacy CI key", "workspace", "sunset calendar"
	Name   string
	Detail string // which fields change, from what to what
}

// ImportReport is the outcome of an import.
type ImportReport struct {
	DryRun    bool
	Created   int
	Updated   int
	Unchanged int
	Kept      int            // values that the file has otherwise than the workspace, and that were not taken
	Changes   []ImportChange // at most MaxImportChanges; Created, Updated and Kept count all
}

// What an inventory holds at most: members, CI tokens and legacy keys together; callers in the history of one credential;
// downtimes.
const (
	MaxInventoryEntries   = 1_000_000
	MaxInventoryUse       = 100_000
	MaxInventoryDowntimes = 10_000
)

// MaxImportChanges is how many changes an ImportReport lists.
const MaxImportChanges = 1000

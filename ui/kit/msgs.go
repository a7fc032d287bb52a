package kit

import (
	"time"

	"example.com/keyturn/actions"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
)

// ReqID names one request of one asker. A reply that does not carry the latest is late, and dropped.
type ReqID uint64

// Requests hands out request ids and knows which one is still wanted.
type Requests struct{ last ReqID }

// Next returns a fresh id and forgets the one before.
func (r *Requests) Next() ReqID {
	r.last++
	return r.last
}

// Wanted reports whether a reply with that id still answers the latest request.
func (r *Requests) Wanted(id ReqID) bool { return id == r.last }

// The messages by which a child asks upward. The root alone answers them.
type (
	// OpenDialogMsg asks for a dialog over the screen.
	OpenDialogMsg struct{ Dialog Dialog }
	// GoMsg asks for another screen, with the cursor on that row if one is named, and with nothing
	// but some rows shown if Only says which.
	GoMsg struct {
		Scope  actions.Scope
		Select string
		Only   *Only
	}
	// ToastMsg asks for a message to the user.
	ToastMsg struct{ Toast Toast }
	// StartRotateMsg asks to rotate these credentials (one, or the marked ones).
	StartRotateMsg struct{ Targets []models.CredentialID }
	// StartStepMsg asks for one step of the open rotation of a credential.
	StartStepMsg struct {
		Target models.CredentialID
		Step   models.RotationStep
	}
	// StartChangeMsg asks for a change of these credentials; Action says which.
	StartChangeMsg struct {
		Action  actions.ID
		Targets []models.CredentialID
	}
	// CopySecretMsg asks to copy a secret without showing it.
	CopySecretMsg struct {
		Target  models.CredentialID
		Version int // 0: the newest
	}
	// CopyTextMsg asks to copy something that is no secret.
	CopyTextMsg struct{ Text, What string }
	// RevealMsg asks for the secret box of a credential.
	RevealMsg struct {
		Target models.CredentialID
		Show   bool // shown at once; else masked, with the choice
	}
	// RefreshMsg asks to load everything again.
	RefreshMsg struct{}

	// ReposKnownMsg tells which checkouts were scanned before.
	ReposKnownMsg struct {
		Known KnownRepos
		Err   error
	}
	// ScannedMsg tells how the scan of a checkout ended.
	ScannedMsg struct {
		Root    string
		Report  finding.Report
		At      time.Time
		Stopped bool  // by the user: the report has what was found until then
		Err     error // why it failed; nil of one that was stopped
	}
	// AddRepoMsg asks to have a checkout put on the list.
	AddRepoMsg struct{}
	// RemoveReposMsg asks to take checkouts off the list.
	RemoveReposMsg struct{ Roots []string }
	// ShowFixMsg asks to show what mends findings, and to write it after asking if Write is set.
	ShowFixMsg struct {
		Findings []finding.Finding
		Write    bool
	}
)

// The messages that the root sends to every screen.
type (
	// BookChangedMsg says that the book holds something new about these objects. With All, look at everything.
	BookChangedMsg struct {
		Credentials []models.CredentialID
		Members     []models.MemberID
		All         bool
	}
	// DoneMsg says of which credentials what was wanted is done: their marks have had their use.
	DoneMsg struct{ Credentials []models.CredentialID }
	// ReposChangedMsg says that the list of checkouts, or what is known of one, is not what it was.
	ReposChangedMsg struct{}
	// ScanMsg asks for the scan of checkouts.
	ScanMsg struct{ Roots []string }
	// FixedMsg tells what became of the files that were to be mended.
	FixedMsg struct {
		Files []FileOutcome
		Err   error
	}
	// EventsMayHaveComeMsg says that the workspace's history may be longer now.
	EventsMayHaveComeMsg struct{}
	// TickMsg comes at every full minute, and every second while something on the screen counts down.
	TickMsg struct{ Now time.Time }
	// SelectMsg asks a screen to put its cursor on a row, and to show only some rows if Only says which.
	SelectMsg struct {
		Key  string
		Only *Only
	}
)

// Only is some rows of a list, by key, and why only these are shown.
type Only struct {
	Keys []string
	Why  string
}

// ToastLevel ranks a toast.
type ToastLevel int

// The levels of a toast.
const (
	Info ToastLevel = iota
	Warn
	Fail // stays until dismissed
)

// Toast is a message to the user.
type Toast struct {
	Level ToastLevel
	Text  string
	Fix   string // what to do next
	At    time.Time
}

// Lifetime is how long the toast stays; 0: until dismissed.
func (t Toast) Lifetime() time.Duration {
	switch t.Level {
	case Info:
		return 4 * time.Second
	case Warn:
		return 7 * time.Second
	}
	return 0
}

// ErrorToast tells a failure with its fix.
func ErrorToast(err error) Toast {
	return Toast{Level: Fail, Text: err.Error(), Fix: models.FixOf(err)}
}

package models

import "time"

// EventAction says what happened.
type EventAction string

// The actions that leave an event. None of them ever carries a value.
const (
	EventImported        EventAction = "workspace.imported"
	EventSettingsChanged EventAction = "workspace.settings_changed"
	EventRestored        EventAction = "workspace.restored"
	EventRekeyed         EventAction = "workspace.key_changed"
	EventIdentified      EventAction = "workspace.values_identified"
	EventCreated         EventAction = "credential.created"
	EventRenamed         EventAction = "credential.renamed"
	EventPaused          EventAction = "credential.paused"
	EventResumed         EventAction = "credential.resumed"
	EventRevoked         EventAction = "credential.revoked"
	EventSecretRead      EventAction = "secret.read"
	EventFirstUse        EventAction = "secret.first_use"
	EventRefusedInCI     EventAction = "secret.refused_in_ci"
	EventRotationStarted EventAction = "rotation.started"
	EventRotationConfirm EventAction = "rotation.confirmed"
	EventRotationExtend  EventAction = "rotation.extended"
	EventRotationCancel  EventAction = "rotation.cancelled"
	EventRotationBack    EventAction = "rotation.rolled_back"
	EventOldEnded        EventAction = "rotation.old_secret_ended"
)

// Event is one line of the workspace's history.
type Event struct {
	Seq        int64
	At         time.Time
	Actor      string // display name; a client for activations, "keyturn" for the clock
	ActorID    MemberID
	From       string // network address, as the service saw it
	Action     EventAction
	Credential CredentialID // empty where none is concerned
	Name       string       // of the credential or object at that time
	Kind       Kind
	Rotation   RotationID
	Detail     string // one sentence, never a value

	Hash    EventHash // of this event and all before it, as the service keeps it
	Content EventHash // Digest of the very text that was kept, if whoever read it worked that out
}

// Sentence is the action in words: "rotated", "read the secret of".
func (a EventAction) Sentence() string {
	if s, ok := eventSentences[a]; ok {
		return s
	}
	return string(a)
}

var eventSentences = map[EventAction]string{
	EventImported:        "imported a workspace file",
	EventSettingsChanged: "changed the settings of",
	EventRestored:        "restored a backup of",
	EventRekeyed:         "changed the key of",
	EventIdentified:      "compared values with the secrets of",
	EventCreated:         "created",
	EventRenamed:         "renamed",
	EventPaused:          "paused",
	EventResumed:         "resumed",
	EventRevoked:         "revoked",
	EventSecretRead:      "read the secret of",
	EventFirstUse:        "first used the new secret of",
	EventRefusedInCI:     "was refused in CI with",
	EventRotationStarted: "started to rotate",
	EventRotationConfirm: "confirmed the new secret of",
	EventRotationExtend:  "gave the old secret more time:",
	EventRotationCancel:  "cancelled the rotation of",
	EventRotationBack:    "rolled back the rotation of",
	EventOldEnded:        "ended the old secret of",
}

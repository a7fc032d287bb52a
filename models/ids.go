package models

// MemberID names a member of the workspace for as long as the workspace lives.
type MemberID string

// CredentialID names a credential. It survives every rotation: only the secret changes.
type CredentialID string

// RotationID names one replacement of one secret by the next.
type RotationID string

// Revision counts the administrative changes of one object. It is what an ETag carries:
// activity (a use, a refused use) does not move it, a decision does.
type Revision int64

package models

// MaxIdentify is how many values one question to a service may be about.
const MaxIdentify = 100

// MaxValue is how long the value of a credential can be, in characters.
const MaxValue = 200

// Identified is the secret of a workspace that some value turned out to be, one that has ended too.
type Identified struct {
	Credential CredentialID
	Kind       Kind // of this version: a rotated legacy CI key is a CI token by now
	Name       string
	Owner      *MemberRef
	Version    int
	State      SecretState
	Paused     bool // the credential is: none of its versions is accepted until it is resumed
}

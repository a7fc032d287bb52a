package finding

// Code is the stable name of a kind of finding. The console puts Prefix before it.
type Code string

// Prefix makes an audit's code one of the codes of the whole console.
const Prefix = "repo."

// The codes.
const (
	LegacyEnvVar       Code = "legacy-env-var"
	LegacySecretRef    Code = "legacy-secret-ref"
	LegacyKeyLiteral   Code = "legacy-key-literal"
	HardcodedAuthToken Code = "hardcoded-auth-token"
	PersonalTokenInCI  Code = "personal-token-in-ci"
	DeprecatedLogin    Code = "deprecated-login"
	OutdatedImage      Code = "outdated-image"
	OutdatedCLI        Code = "outdated-cli"
	LegacyActionInput  Code = "legacy-action-input"
	MisnamedTokenVar   Code = "misnamed-token-var"
)

// The names that everything turns on.
const (
	NewVariable    = "LOCALSTACK_AUTH_TOKEN"
	LegacyVariable = "LOCALSTACK_API_KEY"
)

// Rule describes a kind of finding.
type Rule struct {
	Code     Code
	Severity Severity // where nothing makes it better or worse
	Title    string   // a few words
	About    string   // what it is, and why it matters
	ToDo     string   // how it is mended
}

// Rules lists every kind of finding, in the order in which they are documented.
func Rules() []Rule {
	return []Rule{
		{
			LegacyEnvVar, Warning, "the legacy variable is in use",
			"LOCALSTACK_API_KEY, or the same name in lower case as a tool's variable, is set, passed, read or documented for use. Newer clients read LOCALSTACK_AUTH_TOKEN; the legacy variable goes with the legacy keys.",
			"First put a CI Auth Token into the existing secret: the legacy variable takes it too. Then rename the variable to LOCALSTACK_AUTH_TOKEN, in every place of the file together.",
		},
		{
			LegacySecretRef, Note, "a secret still bears the legacy name",
			"LOCALSTACK_AUTH_TOKEN is fed from a secret with the legacy name. It works if the secret holds an Auth Token; a legacy key under the new name does not.",
			"See that the secret holds an Auth Token. Then create one with the new name, and point here to it.",
		},
		{
			LegacyKeyLiteral, Error, "a legacy key is written into the file",
			"A literal legacy key is assigned to one of LocalStack's variables. Whoever reads the file has it, and the end of the sunset refuses it.",
			"Rotate or revoke the key, keep the new token in a secret store, and read it from there. The history still holds the old one.",
		},
		{
			HardcodedAuthToken, Error, "an Auth Token is written into the file",
			"A complete Auth Token stands in the file: its shape and its checksum are right. Whoever reads the file has it.",
			"Rotate the token at once, keep the new one in a secret store, and read it from there. The history still holds the old one.",
		},
		{
			PersonalTokenInCI, Warning, "CI uses a member's personal token",
			"In CI a CI Auth Token is mandatory: a personal token that is presented by a machine which says it is CI is refused.",
			"Create a CI token in the workspace, store it for this pipeline, and use it here.",
		},
		{
			DeprecatedLogin, Note, "a login with a password",
			"localstack login, localstack auth login and the login action are deprecated.",
			"In CI set LOCALSTACK_AUTH_TOKEN and leave the login out; on a developer's machine use localstack auth set-token.",
		},
		{
			OutdatedImage, Note, "an image that does not know the new variable",
			"Images before 2.2 do not read LOCALSTACK_AUTH_TOKEN: 2.2 and 2.3 do, undocumented; from 3.0 on it is documented. A rename beside it would break the job.",
			"Put the new token into the legacy variable now, move to image 3 or later, then rename.",
		},
		{
			OutdatedCLI, Note, "a CLI that does not know the new variable",
			"LocalStack's CLI and Python package before 2.2 do not read LOCALSTACK_AUTH_TOKEN. A rename beside it would break the job.",
			"Put the new token into the legacy variable now, move to version 3 or later, then rename.",
		},
		{
			LegacyActionInput, Warning, "an action is given the legacy key as an input",
			"The input for the legacy key of LocalStack's actions is gone: they read LOCALSTACK_AUTH_TOKEN from the environment.",
			"Set LOCALSTACK_AUTH_TOKEN in env, and drop the input.",
		},
		{
			MisnamedTokenVar, Warning, "a misspelling of LOCALSTACK_AUTH_TOKEN",
			"The name is close to LOCALSTACK_AUTH_TOKEN and no client reads it.",
			"Rename it to LOCALSTACK_AUTH_TOKEN.",
		},
	}
}

// Find returns the rule of a code; false if there is none.
func Find(c Code) (Rule, bool) {
	for _, r := range Rules() {
		if r.Code == c {
			return r, true
		}
	}
	return Rule{}, false
}

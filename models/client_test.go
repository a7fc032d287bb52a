package models_test

import (
	"testing"

	"example.com/keyturn/models"
)

func TestWhichClientsReadTheTokenVariable(t *testing.T) {
	for client, want := range map[[2]string]models.VariableSupport{
		{"localstack", "1.4.0"}:                  models.SupportMissing,
		{"localstack-cli", "2.1.0.dev3"}:         models.SupportMissing,
		{"localstack_pro", "v2.1"}:               models.SupportMissing,
		{"LocalStack", "2"}:                      models.SupportMissing,
		{"localstack-cli", "2.2.0"}:              models.SupportUndocumented,
		{"localstack-cli", "2.3rc1"}:             models.SupportUndocumented,
		{"localstack", "3.0.0"}:                  models.SupportDocumented,
		{"localstack-pro", "10.0"}:               models.SupportDocumented,
		{"localstack-ext", "2026.8.1"}:           models.SupportDocumented,
		{"lstk", "0.9.2"}:                        models.SupportDocumented,
		{"lstk", ""}:                             models.SupportDocumented,
		{"localstack", ""}:                       models.SupportUnknown,
		{"localstack", "latest"}:                 models.SupportUnknown,
		{"testcontainers-java", "1.20.4"}:        models.SupportUnknown, // its own version, not LocalStack's
		{"", "1.0.0"}:                            models.SupportUnknown,
		{"localstack", "2.x"}:                    models.SupportMissing,
		{"localstack", "99999999999999999999.1"}: models.SupportUnknown,
	} {
		c := models.Caller{Client: client[0], ClientVersion: client[1]}
		if got := c.AuthTokenSupport(); got != want {
			t.Errorf("%v: %s, want %s", client, got, want)
		}
	}
}

func TestACallerIsNamedByWhatIsKnown(t *testing.T) {
	for want, c := range map[string]models.Caller{
		"lstk 1.4.0 on runner-9 (CI)": {Client: "lstk", ClientVersion: "1.4.0", Host: "runner-9", CI: true},
		"lstk":                        {Client: "lstk"},
		"on runner-9":                 {Host: "runner-9"},
		"":                            {},
	} {
		if got := c.Label(); got != want {
			t.Errorf("%+v is %q, want %q", c, got, want)
		}
	}
}

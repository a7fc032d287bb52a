package api_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/models"
)

// lstkBody and cliBody are what the two clients send, with TOKEN in the token's place.
const (
	lstkBody = `{"product":{"name":"localstack-pro","version":"2026.4.0"},"credentials":{"token":"TOKEN"},
		"machine":{"hostname":"build-7","platform":"linux","platform_release":"6.8"}}`
	cliBody = `{"credentials":{"type":"auth-token","token":"TOKEN"},"product":{"name":"localstack-pro","version":"4.9.0"},
		"machine":{"id":"dkr_0123","cli":true,"ci":true,"system":"Linux"},"something_new":{"in":[2028]}}`
)

// usage is one caller as the console sees it.
type usage struct {
	SecretVersion int `json:"secret_version"`
	Client        string
	ClientVersion string `json:"client_version"`
	Host          string
	CI            bool
	Count         int
}

func TestWhatClientsSayAboutThemselves(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	token := ada.secret(ada.named("deploy").ID)
	license := func(body string, how ...option) func() answer {
		return func() answer {
			return session{w: w}.post("/v1/license/request", strings.Replace(body, "TOKEN", token, 1), how...)
		}
	}
	tests := []struct {
		name string
		ask  func() answer
		want usage
	}{
		{"lstk", license(lstkBody, header("User-Agent", "lstk/0.5.2 (linux; amd64)")), usage{1, "lstk", "0.5.2", "build-7", false, 1}},
		{"lstk behind Go's own name", license(lstkBody, header("User-Agent", "Go-http-client/1.1")), usage{1, "localstack-pro", "2026.4.0", "build-7", false, 1}},
		{"the Python CLI", license(cliBody, header("User-Agent", "python-requests/2.32.3")), usage{1, "localstack-pro", "4.9.0", "dkr_0123", true, 1}},
		{"cloud pods", func() answer { return w.pods(":" + token) }, usage{1, "", "", "192.0.2.1", false, 1}},
		{"setup-localstack", func() answer {
			return session{w: w}.get("/v1/cloudpods", header("ls-api-key", token), header("ls-version", "4.1"), header("User-Agent", "curl/8.5.0"))
		}, usage{1, "curl", "8.5.0", "192.0.2.1", false, 1}},
		{"nobody in particular", license(`{"credentials":{"token":"TOKEN"}}`), usage{1, "", "", "", false, 1}},
	}
	for _, tt := range tests {
		before := callers(ada, "deploy")
		if a := tt.ask(); a.status != http.StatusOK {
			t.Errorf("%s: %d %s", tt.name, a.status, a.body)
		}
		found := false
		for c := range callers(ada, "deploy") {
			if !before[c] && c == tt.want {
				found = true
			}
		}
		if !found {
			t.Errorf("%s: counted as %+v, want %+v among them", tt.name, callers(ada, "deploy"), tt.want)
		}
	}
}

func callers(ada session, name string) map[usage]bool {
	ada.w.Helper()
	if err := ada.w.srv.Service().FlushUses(ada.w.Context()); err != nil {
		ada.w.Fatal(err)
	}
	var got struct{ Callers []usage }
	ada.get("/v1/credentials/"+ada.named(name).ID+"/usage").into(http.StatusOK, &got)
	all := map[usage]bool{}
	for _, c := range got.Callers {
		all[c] = true
	}
	return all
}

// A machine that says it is CI says so in many ways.
func TestWhatCountsAsCI(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	for ci, want := range map[string]bool{
		`true`: true, `1`: true, `"1"`: true, `"true"`: true, `"github-actions"`: true, `"yes"`: true, `{}`: true,
		`false`: false, `0`: false, `""`: false, `"0"`: false, `"false"`: false, `"False"`: false, `null`: false,
	} {
		a := session{w: w}.post("/v1/license/request", `{"credentials":{"token":"`+ada.token+`"},"machine":{"ci":`+ci+`}}`)
		if want {
			a.refused(http.StatusForbidden, models.RefusedInCI)
			continue
		}
		if a.status != http.StatusOK {
			t.Errorf("ci %s: %d %s", ci, a.status, a.body)
		}
	}
}

func TestTheLicence(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	token := ada.secret(ada.named("deploy").ID)
	var doc struct {
		ID, Signature   string
		Type            string    `json:"license_type"`
		Format          string    `json:"license_format"`
		Issued          time.Time `json:"issue_date"`
		Expires         time.Time `json:"expiry_date"`
		ReactivateAfter time.Time `json:"reactivate_after"`
		Products        []struct{ Name, Version string }
	}
	a := w.accepted(token).into(http.StatusOK, &doc)
	if doc.ID != ada.named("deploy").ID || len(doc.Products) != 1 || doc.Products[0].Name != "localstack-pro" || doc.Products[0].Version != "4.9.0" {
		t.Errorf("the licence is %s", a.body)
	}
	if !doc.Issued.Equal(newYear) || !doc.Expires.After(newYear) || !doc.ReactivateAfter.After(newYear) || doc.ReactivateAfter.After(doc.Expires) {
		t.Errorf("its times are %s", a.body)
	}
	sign := func(key string) string {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(strings.Join([]string{doc.ID, doc.Type, doc.Issued.Format(time.RFC3339), doc.Expires.Format(time.RFC3339)}, "\n")))
		return hex.EncodeToString(mac.Sum(nil))
	}
	if doc.Signature != sign(token) || doc.Signature == sign(token+"x") {
		t.Errorf("the signature is %s, want %s", doc.Signature, sign(token))
	}
}

// What is no credential at all is told from one that is not known, so that somebody who lost a
// character while copying learns it.
func TestMalformedCredentials(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	token := ada.token
	stranger := session{w: w}
	ask := func(body string) answer { return stranger.post("/v1/license/request", body, anyhow) }
	format := []answer{
		ask(`{}`), ask(``), ask(`[]`), ask(`token`), ask(`{"credentials":{"token":7}}`), ask(`{"credentials":{"token":""}}`), ask(`{"credentials":{"token":"  "}}`),
		w.activate(token[:len(token)-1], false), w.activate(token+"x", false), w.activate(strings.Repeat("k", 65), false),
	}
	for _, a := range format {
		a.refused(http.StatusBadRequest, models.RefusedFormat)
	}
	w.activate("aLegacyKey", false).refused(http.StatusUnauthorized, models.RefusedUnknown)
	for _, a := range []answer{w.pods(":"), w.pods("ada:" + token), stranger.get("/v1/cloudpods"), stranger.get("/v1/cloudpods", header("Authorization", "Bearer "+token))} {
		a.refused(http.StatusForbidden, models.RefusedFormat)
	}
	w.pods(":aLegacyKey").refused(http.StatusForbidden, models.RefusedUnknown)
	for _, wrapped := range []string{" " + token + " ", `\"` + token + `\"`, `'` + token + `'`, token + `\n`} {
		if a := ask(`{"credentials":{"token":"` + wrapped + `"}}`); a.status != http.StatusOK {
			t.Errorf("with blanks or quotes around it: %d %s", a.status, a.body)
		}
	}
	if a := w.pods(":" + token); a.status != http.StatusOK || string(a.body) != "[]" {
		t.Errorf("cloud pods: %d %s", a.status, a.body)
	}
}

// A legacy key without a calendar is deprecated all the same; it has no end yet.
func TestDeprecationWithoutACalendar(t *testing.T) {
	t.Parallel()
	w, _ := newWorld(t)
	w.load(models.Inventory{LegacyKeys: []models.InventoryCredential{
		{Kind: models.LegacyCIKey, Name: "pipeline", Value: models.NewSecret(w.learn(pipelineKey))},
	}})
	h := w.accepted(pipelineKey).header
	if h.Get("Deprecation") == "" || h.Get("Sunset") != "" || h.Get("Link") != "" {
		t.Errorf("the headers are %v", h)
	}
}

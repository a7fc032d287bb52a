package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// What LocalStack's own clients ask. They get LocalStack's own error body, and unknown fields of
// theirs are ignored: clients grow.

func (a *API) clientRoutes() []Route {
	return []Route{
		{Method: http.MethodPost, Path: "/v1/license/request", handle: a.requestLicense},
		{Method: http.MethodGet, Path: "/v1/cloudpods", handle: a.listCloudPods},
	}
}

// licenseRequest holds what is common to the body of lstk and that of the Python CLI.
type licenseRequest struct {
	Product struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"product"`
	Credentials struct {
		Token string `json:"token"`
	} `json:"credentials"`
	Machine struct {
		Hostname string          `json:"hostname"`
		ID       string          `json:"id"`
		CI       json.RawMessage `json:"ci"`
	} `json:"machine"`
}

func (a *API) requestLicense(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(r)
	if err != nil {
		a.noCredential(w, r, http.StatusBadRequest, "the body is too large")
		return
	}
	defer clear(body)
	var in licenseRequest
	if err := json.Unmarshal(body, &in); err != nil {
		a.noCredential(w, r, http.StatusBadRequest, "the body is not the JSON of a licence request")
		return
	}
	client, version := clientOf(r, in.Product.Name, in.Product.Version)
	host := in.Machine.Hostname
	if host == "" {
		host = in.Machine.ID
	}
	secret := models.NewSecret(unquoted(in.Credentials.Token))
	defer secret.Wipe()
	out, ok := a.activate(w, r, policy.Activation{
		Secret: secret, CI: says(in.Machine.CI), Client: client, Version: version, Host: host, From: address(r),
	}, licenseStatus)
	if !ok {
		return
	}
	doc := license(out, in, secret)
	if err := a.reply(w, 0, doc); err != nil {
		a.fail(w, r, err)
	}
}

func (a *API) listCloudPods(w http.ResponseWriter, r *http.Request) {
	user, token, basic := r.BasicAuth()
	if legacy := r.Header.Get("ls-api-key"); !basic && legacy != "" {
		token = legacy
	}
	if user != "" {
		a.noCredential(w, r, http.StatusForbidden, "the user must be empty")
		return
	}
	client, version := clientOf(r, "", r.Header.Get("ls-version"))
	secret := models.NewSecret(unquoted(token))
	defer secret.Wipe()
	_, ok := a.activate(w, r, policy.Activation{Secret: secret, Client: client, Version: version, From: address(r), Host: address(r)}, podsStatus)
	if ok {
		send(w, http.StatusOK, "application/json", []byte("[]"))
	}
}

// activate asks policy and answers a refusal. It reports whether the activation was accepted.
func (a *API) activate(w http.ResponseWriter, r *http.Request, act policy.Activation, status map[models.Refusal]int) (policy.Activated, bool) {
	if act.Secret.Empty() {
		a.noCredential(w, r, status[models.RefusedFormat], "no credential was sent")
		return policy.Activated{}, false
	}
	s := a.shown(r, act.Secret)
	if !a.mayActivate(w, s, act.Secret) {
		return policy.Activated{}, false
	}
	out, err := a.service.Activate(r.Context(), act)
	if err != nil {
		a.log.Error("activation failed", "request", requestID(r), "error", err)
		if fault := models.FaultOf(err); fault == models.FaultUnreachable || fault == models.FaultUnknown {
			w.Header().Set("Retry-After", retryAfter)
			refuse(w, http.StatusServiceUnavailable, "generic.unavailable")
			return out, false
		}
		refuse(w, http.StatusInternalServerError, "generic.internal_error")
		return out, false
	}
	refusal := out.Verdict.Refusal
	if !a.activated(w, s, act.Secret, out) {
		return out, false
	}
	if out.Legacy && refusal != models.RefusedUnknown { // one that has ended is told like one that never was
		sunsetHeaders(w.Header(), out.Sunset)
	}
	if out.Verdict.Accepted() {
		a.metrics.Activation("accepted")
		return out, true
	}
	if refusal == models.RefusedUnknown && !a.plausible(act.Secret) {
		refusal = models.RefusedFormat
	}
	a.metrics.Activation(string(refusal))
	if until := out.Verdict.RetryAfter; !until.IsZero() {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(until.Sub(out.At).Seconds()))))
	}
	refuse(w, status[refusal], string(refusal)+": "+refusalTexts[refusal])
	return out, false
}

// plausible reports whether an unknown value could be a credential at all: a token that checks
// out, or something as short and plain as a legacy key.
func (a *API) plausible(s models.Secret) bool {
	value := s.Reveal()
	if strings.HasPrefix(value, "ls") && strings.Contains(value, "-") {
		_, err := models.ParseToken(value)
		return err == nil
	}
	return len(value) <= 64
}

// guessable reports whether a value can be a legacy key. Any token has more random bits than can be tried.
func guessable(secret models.Secret) bool {
	_, err := models.ParseToken(secret.Reveal())
	return err != nil
}

// licenseStatus gives each refusal the status by which LocalStack's clients understand it.
var licenseStatus = map[models.Refusal]int{
	models.RefusedFormat:   http.StatusBadRequest,
	models.RefusedUnknown:  http.StatusUnauthorized,
	models.RefusedNoSeat:   http.StatusBadRequest,
	models.RefusedPaused:   http.StatusForbidden,
	models.RefusedInCI:     http.StatusForbidden,
	models.RefusedDowntime: http.StatusServiceUnavailable,
	models.RefusedRetired:  http.StatusForbidden,
}

// podsStatus: for platform resources lstk knows one refusal, 403; only a downtime is not a verdict.
var podsStatus = map[models.Refusal]int{
	models.RefusedFormat:   http.StatusForbidden,
	models.RefusedUnknown:  http.StatusForbidden,
	models.RefusedNoSeat:   http.StatusForbidden,
	models.RefusedPaused:   http.StatusForbidden,
	models.RefusedInCI:     http.StatusForbidden,
	models.RefusedDowntime: http.StatusServiceUnavailable,
	models.RefusedRetired:  http.StatusForbidden,
}

var refusalTexts = map[models.Refusal]string{
	models.RefusedFormat:   "this is not a LocalStack credential; check for missing characters",
	models.RefusedUnknown:  "this credential is not known, or has been revoked; get the present one from the workspace",
	models.RefusedNoSeat:   "this member has no seat; ask an admin of the workspace to assign one",
	models.RefusedPaused:   "this credential is paused; ask an admin of the workspace to resume it",
	models.RefusedInCI:     "a personal token does not work in CI; use a CI Auth Token",
	models.RefusedDowntime: "planned downtime for legacy keys; put a CI Auth Token in LOCALSTACK_AUTH_TOKEN (older images: LOCALSTACK_API_KEY)",
	models.RefusedRetired:  "legacy keys have ended; put a CI Auth Token in LOCALSTACK_AUTH_TOKEN (older images: LOCALSTACK_API_KEY)",
}

func refuse(w http.ResponseWriter, status int, message string) {
	body, err := json.Marshal(struct {
		Error   bool   `json:"error"`
		Message string `json:"message"`
	}{true, message})
	if err != nil {
		body = []byte(`{"error":true,"message":"generic.internal_error"}`)
	}
	send(w, status, "application/json", body)
}

// sunsetHeaders tells the user of a legacy key, in band, that and when it ends (RFC 9745, RFC 8594).
func sunsetHeaders(h http.Header, s models.Sunset) {
	if !s.Start.IsZero() {
		h.Set("Deprecation", "@"+strconv.FormatInt(s.Start.Unix(), 10))
	} else {
		h.Set("Deprecation", "@1700092800") // LocalStack 3.0.0, with which the legacy key was deprecated
	}
	if !s.End.IsZero() {
		h.Set("Sunset", s.End.UTC().Format(http.TimeFormat))
	}
	if u, err := url.Parse(s.Source); err == nil && u.Scheme == "https" {
		h.Set("Link", fmt.Sprintf(`<%s>; rel="deprecation", <%s>; rel="sunset"`, u, u))
	}
}

// clientOf names the client: by its User-Agent where that says more than the HTTP library, else
// by the product in the body.
func clientOf(r *http.Request, product, version string) (name, ver string) {
	agent, _, _ := strings.Cut(r.UserAgent(), " ")
	name, ver, _ = strings.Cut(agent, "/")
	switch strings.ToLower(name) {
	case "", "go-http-client", "python-requests", "python-urllib", "curl", "axios", "node", "undici", "resty", "go-resty":
	default:
		return name, ver
	}
	if product != "" {
		return product, version
	}
	if name != "" {
		return name, ver
	}
	return "", version
}

// says reports whether a flag that clients send as bool, number or text is set.
func says(raw json.RawMessage) bool {
	switch strings.ToLower(strings.Trim(string(raw), ` "`)) {
	case "", "false", "0", "null", "no":
		return false
	}
	return true
}

// unquoted strips what LocalStack's clients strip from the variable: blanks and quotes around it.
func unquoted(token string) string { return strings.Trim(strings.TrimSpace(token), `"' `) }

type licenseDTO struct {
	ID              string       `json:"id"`
	Format          string       `json:"license_format"`
	Signature       string       `json:"signature"`
	Type            string       `json:"license_type"`
	IssueDate       time.Time    `json:"issue_date"`
	ExpiryDate      time.Time    `json:"expiry_date"`
	Products        []productDTO `json:"products"`
	Status          string       `json:"license_status"`
	LastActivated   time.Time    `json:"last_activated"`
	ReactivateAfter time.Time    `json:"reactivate_after"`
}

type productDTO struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// licenseDays is how long a licence document is good for; clients ask again after a day.
const licenseDays = 7

func license(out policy.Activated, in licenseRequest, secret models.Secret) licenseDTO {
	issued := out.At.Truncate(time.Second)
	doc := licenseDTO{
		ID: string(out.Credential), Format: "1", Type: "enterprise", IssueDate: issued, ExpiryDate: issued.AddDate(0, 0, licenseDays),
		Products: []productDTO{{Name: in.Product.Name, Version: in.Product.Version}}, Status: "ACTIVE",
		LastActivated: issued, ReactivateAfter: issued.Add(24 * time.Hour),
	}
	// Keyed with the credential, as clients verify it: after a rotation a cached licence dies with the old secret.
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	fmt.Fprintf(mac, "%s\n%s\n%s\n%s", doc.ID, doc.Type, doc.IssueDate.Format(time.RFC3339), doc.ExpiryDate.Format(time.RFC3339))
	doc.Signature = hex.EncodeToString(mac.Sum(nil))
	return doc
}

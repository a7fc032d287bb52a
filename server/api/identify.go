package api

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

func (a *API) identifyRoutes() []Route {
	return []Route{{Method: http.MethodPost, Path: "/v1/identifications", handle: a.signedIn(a.identifyValues)}}
}

type identificationDTO struct {
	Known        bool          `json:"known"`
	CredentialID string        `json:"credential_id,omitempty"`
	Kind         string        `json:"kind,omitempty"`
	Name         string        `json:"name,omitempty"`
	Owner        *memberRefDTO `json:"owner,omitempty"`
	Version      int           `json:"version,omitempty"`
	State        string        `json:"state,omitempty"`
	Paused       bool          `json:"paused,omitempty"`
}

type memberRefDTO struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// identifyValues takes no idempotency key: a remembered request would rest as a hash, from which a short key
// can be guessed back, and asking twice does no harm.
func (a *API) identifyValues(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
	values, err := valuesToIdentify(r)
	if err != nil {
		return err
	}
	defer wipe(values)
	may := guesses{a.guessers, string(c.Principal.ID)}
	found, err := a.service.Identify(r.Context(), c, values, may)
	if err != nil {
		return err
	}
	if left := len(values) - len(found); left > 0 {
		wait := may.until(left)
		if len(found) == 0 {
			return a.tooMany(w, byMember, wait)
		}
		w.Header().Set("Retry-After", strconv.Itoa(comeBack(wait)))
	}
	return a.reply(w, 0, struct {
		Items []identificationDTO `json:"items"`
	}{each(found, identificationOut)})
}

func valuesToIdentify(r *http.Request) ([]models.Secret, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	defer clear(body)
	var in struct {
		Values []string `json:"values"`
	}
	if err := decode(body, &in, false); err != nil {
		return nil, err
	}
	if len(in.Values) == 0 || len(in.Values) > models.MaxIdentify {
		return nil, invalid(fmt.Sprintf("values must hold 1 to %d texts", models.MaxIdentify))
	}
	for i, value := range in.Values {
		if value == "" || utf8.RuneCountInString(value) > models.MaxValue {
			return nil, invalid(fmt.Sprintf("values[%d] must have 1 to %d characters", i, models.MaxValue))
		}
	}
	return each(in.Values, models.NewSecret), nil
}

func wipe(values []models.Secret) {
	for i := range values {
		values[i].Wipe()
	}
}

func identificationOut(found *models.Identified) identificationDTO {
	if found == nil {
		return identificationDTO{}
	}
	out := identificationDTO{
		Known: true, CredentialID: string(found.Credential), Kind: string(found.Kind), Name: found.Name,
		Version: found.Version, State: string(found.State), Paused: found.Paused,
	}
	if o := found.Owner; o != nil {
		out.Owner = &memberRefDTO{ID: string(o.ID), Name: o.Name, Email: o.Email}
	}
	return out
}

// guesses are the allowance of a member: as much as an address has, and nobody else's.
type guesses struct {
	*buckets
	member string
}

// Take pays for as many values as there is allowance for.
func (g guesses) Take(values int) (granted int) {
	now := time.Now()
	for granted < values && g.take(g.member, FailureCost, now) == 0 {
		granted++
	}
	return granted
}

// GiveBack returns the price of values that were no guess.
func (g guesses) GiveBack(values int) { g.giveBack(g.member, values*FailureCost, time.Now()) }

// until is how long it lasts until so many values can be tried, or as many as ever at once.
func (g guesses) until(values int) time.Duration {
	return g.wait(g.member, values*FailureCost, time.Now())
}

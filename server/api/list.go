package api

import (
	"context"
	"net/http"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/shelf"
)

func (a *API) listMembers(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
	p, err := page(r)
	if err != nil {
		return err
	}
	if shelf.Takes(p) && c.SeesAll() {
		return fromShelf(a, w, r, shelf.Members(appendMember), p, c.Standing)
	}
	found, err := a.service.Members(r.Context(), c, p)
	if err != nil {
		return err
	}
	return a.reply(w, 0, pageOut(found.Items, found.Next, appendMember))
}

func (a *API) listCredentials(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
	p, err := page(r)
	if err != nil {
		return err
	}
	filter, err := credentialFilter(r)
	if err != nil {
		return err
	}
	if shelf.Takes(p) && c.SeesAll() {
		return fromShelf(a, w, r, shelf.Credentials(filter, appendCredential), p, c.Standing)
	}
	found, err := a.service.Credentials(r.Context(), c, filter, p)
	if err != nil {
		return err
	}
	return a.reply(w, 0, pageOut(found.Items, found.Next, appendCredential))
}

// MakeReady reads ahead what a console asks for first, the list of all credentials, and as many of the members as there
// is room for, so that whoever asks is answered at once. What is ready already costs nothing again.
func (a *API) MakeReady(ctx context.Context) error {
	return shelf.MakeReady(ctx, a.shelf, models.MaxPage,
		shelf.Credentials(models.NotPersonal(), appendCredential),
		shelf.Credentials(models.CredentialFilter{}, appendCredential),
		shelf.Members(appendMember),
	)
}

// Kept is how many bytes the pages take that are ready.
func (a *API) Kept() int { return a.shelf.Taken() }

// fromShelf sends a page that is kept ready. It is the same for everybody who sees all.
func fromShelf[T any](a *API, w http.ResponseWriter, r *http.Request, l shelf.List[T], p models.Page, stood policy.Standing) error {
	body, err := shelf.Answer(r.Context(), a.shelf, l, p, stood)
	if err != nil {
		return err
	}
	send(w, http.StatusOK, "application/json", body)
	return nil
}

func credentialFilter(r *http.Request) (models.CredentialFilter, error) {
	var f models.CredentialFilter
	for _, name := range r.URL.Query()["kind"] {
		kind, err := models.ParseKind(name)
		if err != nil {
			return f, invalid("kind must be one of personal_token, ci_token, legacy_api_key, legacy_ci_key")
		}
		f.Kinds = append(f.Kinds, kind)
	}
	for _, name := range r.URL.Query()["state"] {
		state := models.CredentialState(name)
		if state != models.Active && state != models.Paused && state != models.Revoked {
			return f, invalid("state must be one of active, paused, revoked")
		}
		f.States = append(f.States, state)
	}
	return f, nil
}

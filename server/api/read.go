package api

import (
	"encoding/json"
	"math"
	"net/http"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

func (a *API) openRoutes() []Route {
	return []Route{
		{Method: http.MethodGet, Path: "/openapi.yaml", handle: func(w http.ResponseWriter, r *http.Request) {
			if err := a.anybody(w, r, nil); err != nil {
				a.fail(w, r, err)
				return
			}
			send(w, http.StatusOK, "application/yaml", a.contract)
		}},
		{Method: http.MethodGet, Path: "/healthz", handle: func(w http.ResponseWriter, r *http.Request) {
			if err := a.reply(w, 0, map[string]string{"status": "ok", "version": a.version}); err != nil {
				a.fail(w, r, err)
			}
		}},
		{Method: http.MethodGet, Path: "/readyz", handle: a.getReadiness},
	}
}

func (a *API) getReadiness(w http.ResponseWriter, r *http.Request) {
	var err error
	if a.ready != nil {
		err = a.ready(r.Context())
	}
	if err == nil {
		err = a.reply(w, 0, map[string]string{"status": "ready"})
	}
	if err != nil {
		a.fail(w, r, err)
	}
}

func (a *API) readRoutes() []Route {
	get := func(path string, handle func(http.ResponseWriter, *http.Request, policy.Caller) error) Route {
		return Route{Method: http.MethodGet, Path: path, handle: a.signedIn(handle)}
	}
	return []Route{
		get("/v1/workspace", a.getWorkspace),
		get("/v1/members", a.listMembers),
		get("/v1/members/{member_id}", a.getMember),
		get("/v1/credentials", a.listCredentials),
		get("/v1/credentials/{credential_id}", a.getCredential),
		get("/v1/credentials/{credential_id}/secret", a.readSecret),
		get("/v1/credentials/{credential_id}/usage", a.getUsage),
		get("/v1/credentials/{credential_id}/rotations", a.listRotations),
		get("/v1/rotations/{rotation_id}", a.getRotation),
		get("/v1/events", a.listEvents),
		get("/v1/changes", a.listChanges),
		get("/v1/export", a.exportInventory),
	}
}

// reply sends a value as JSON, with an ETag if there is a revision.
func (a *API) reply(w http.ResponseWriter, revision models.Revision, value any) error {
	body, err := marshal(value)
	if err != nil {
		return err
	}
	if revision > 0 {
		w.Header().Set("ETag", etag(revision))
	}
	send(w, http.StatusOK, "application/json", body)
	return nil
}

func (a *API) getWorkspace(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
	space, err := a.service.Workspace(r.Context(), c)
	if err != nil {
		return err
	}
	return a.reply(w, space.Revision, workspaceOut(space))
}

func (a *API) getMember(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
	m, err := a.service.Member(r.Context(), c, models.MemberID(r.PathValue("member_id")))
	if err != nil {
		return err
	}
	return a.reply(w, m.Revision, memberOut(m))
}

func credentialID(r *http.Request) models.CredentialID {
	return models.CredentialID(r.PathValue("credential_id"))
}

func (a *API) getCredential(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
	found, err := a.service.Credential(r.Context(), c, credentialID(r))
	if err != nil {
		return err
	}
	return a.reply(w, found.Revision, credentialOut(found))
}

func (a *API) readSecret(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
	version, err := number(r, "version", 1, math.MaxInt32)
	if err != nil {
		return err
	}
	value, which, err := a.service.ReadSecret(r.Context(), c, credentialID(r), int(version))
	if err != nil {
		return err
	}
	defer value.Wipe()
	return a.reply(w, 0, secretValueDTO{
		CredentialID: string(credentialID(r)), Version: which.Version, Fingerprint: which.Fingerprint, Value: value.Reveal(),
	})
}

func (a *API) getUsage(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
	callers, truncated, err := a.service.Usage(r.Context(), c, credentialID(r))
	if err != nil {
		return err
	}
	return a.reply(w, 0, struct {
		Callers   []usageDTO `json:"callers"`
		Truncated bool       `json:"truncated"`
	}{each(callers, usageOut), truncated})
}

func (a *API) listRotations(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
	list, err := a.service.Rotations(r.Context(), c, credentialID(r))
	if err != nil {
		return err
	}
	return a.reply(w, 0, struct {
		Items []json.RawMessage `json:"items"`
	}{each(list, rotationOut)})
}

func (a *API) getRotation(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
	rotation, credential, err := a.service.Rotation(r.Context(), c, models.RotationID(r.PathValue("rotation_id")))
	if err != nil {
		return err
	}
	return a.reply(w, rotation.Revision, rotationResultOut(rotation, credential))
}

func (a *API) listEvents(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
	p, err := page(r)
	if err != nil {
		return err
	}
	after, err := number(r, "after", 0, math.MaxInt64)
	if err != nil {
		return err
	}
	credential, _, err := single(r, "credential")
	if err != nil {
		return err
	}
	filter := models.EventFilter{Credential: models.CredentialID(credential), After: after}
	found, err := a.service.Events(r.Context(), c, filter, p)
	if err != nil {
		return err
	}
	return a.reply(w, 0, pageOf(found.Items, found.Next, eventOut))
}

// maxWait is the longest that a request for changes may wait, in seconds.
const maxWait = 50

func (a *API) listChanges(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
	after, err := number(r, "after", 0, math.MaxInt64)
	if err != nil {
		return err
	}
	if !r.URL.Query().Has("after") {
		after = -1
	}
	wait, err := number(r, "wait", 0, maxWait)
	if err != nil {
		return err
	}
	changes, err := a.service.Changes(r.Context(), c, after, time.Duration(wait)*time.Second)
	if err != nil {
		return err
	}
	return a.reply(w, 0, changesOut(changes))
}

func (a *API) exportInventory(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
	inv, err := a.service.Export(r.Context(), c)
	if err != nil {
		return err
	}
	return a.reply(w, 0, inventoryOut(inv))
}

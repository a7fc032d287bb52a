package api

import (
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"strings"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// changing is a decoded change: it runs in the one transaction that also remembers its reply.
type changing func(tx *policy.Tx) (policy.Reply, error)

func (a *API) changeRoutes() []Route {
	routes := []Route{
		a.patch("/v1/workspace", a.updateWorkspace),
		a.post("/v1/credentials", a.createCIToken),
		a.patch("/v1/credentials/{credential_id}", a.renameCredential),
		a.post("/v1/credentials/{credential_id}/pause", onCredential((*policy.Tx).Pause)),
		a.post("/v1/credentials/{credential_id}/resume", onCredential((*policy.Tx).Resume)),
		a.post("/v1/credentials/{credential_id}/revoke", onCredential((*policy.Tx).Revoke)),
		a.post("/v1/credentials/{credential_id}/rotations", a.startRotation),
		a.imports(),
	}
	for path, step := range map[string]models.RotationStep{
		"confirm": models.StepConfirm, "cancel": models.StepCancel, "rollback": models.StepRollback,
		"end": models.StepEnd, "extend": models.StepExtend,
	} {
		routes = append(routes, a.post("/v1/rotations/{rotation_id}/"+path, stepRotation(step)))
	}
	return routes
}

type prepare func(r *http.Request, body []byte) (changing, error)

// post is a change that must carry an idempotency key.
func (a *API) post(path string, p prepare) Route {
	return Route{Method: http.MethodPost, Path: path, handle: a.signedIn(func(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
		key, err := idempotencyKey(r)
		if err != nil {
			return err
		}
		return a.change(w, r, c, key, p)
	})}
}

// imports is a post whose body may be large, and is therefore read from nobody who may not import: to read one costs
// the service far more than to send it costs them.
func (a *API) imports() Route {
	return Route{Method: http.MethodPost, Path: "/v1/imports", large: true, handle: a.signedIn(func(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
		if err := policy.MayImport(c); err != nil {
			return err
		}
		key, err := idempotencyKey(r)
		if err != nil {
			return err
		}
		body, err := readLarge(r)
		if err != nil {
			return err
		}
		return a.changeBy(w, r, c, key, body, a.importInventory)
	})}
}

// patch is a change that its precondition makes safe to repeat.
func (a *API) patch(path string, p prepare) Route {
	return Route{Method: http.MethodPatch, Path: path, handle: a.signedIn(func(w http.ResponseWriter, r *http.Request, c policy.Caller) error {
		return a.change(w, r, c, "", p)
	})}
}

func (a *API) change(w http.ResponseWriter, r *http.Request, c policy.Caller, key string, p prepare) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	return a.changeBy(w, r, c, key, body, p)
}

// changeBy makes the change for which that body asks.
func (a *API) changeBy(w http.ResponseWriter, r *http.Request, c policy.Caller, key string, body []byte, p prepare) error {
	defer clear(body)
	run, err := p(r, body)
	if err != nil {
		return err
	}
	reply, replayed, err := a.service.Change(r.Context(), c, policy.Once{Key: key, Hash: requestHash(r, body)}, run)
	if err != nil {
		return err
	}
	if reply.ETag != "" {
		w.Header().Set("ETag", reply.ETag)
	}
	if replayed {
		w.Header().Set("Idempotency-Replayed", "true")
	}
	send(w, reply.Status, "application/json", reply.Body)
	return nil
}

// requestHash tells one request from another. Every part is preceded by its length.
func requestHash(r *http.Request, body []byte) [32]byte {
	h := sha256.New()
	for _, part := range [][]byte{[]byte(r.Method), []byte(r.URL.Path), []byte(r.Header.Get("If-Match")), body} {
		_ = binary.Write(h, binary.BigEndian, uint64(len(part)))
		h.Write(part)
	}
	return [32]byte(h.Sum(nil))
}

func answer(status int, revision models.Revision, value any) (policy.Reply, error) {
	body, err := marshal(value)
	if err != nil {
		return policy.Reply{}, err
	}
	reply := policy.Reply{Status: status, Body: body}
	if revision > 0 {
		reply.ETag = etag(revision)
	}
	return reply, nil
}

func (a *API) updateWorkspace(r *http.Request, body []byte) (changing, error) {
	seen, err := ifMatch(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		Name         *string        `json:"name"`
		Reveal       *models.Reveal `json:"personal_token_reveal"`
		MembersUseCI *bool          `json:"members_use_ci"`
	}
	if err := decode(body, &in, false); err != nil {
		return nil, err
	}
	if in.Reveal != nil && *in.Reveal != models.RevealAdmins && *in.Reveal != models.RevealOwner {
		return nil, invalid("personal_token_reveal must be admins or owner")
	}
	return func(tx *policy.Tx) (policy.Reply, error) {
		space, err := tx.UpdateWorkspace(seen, policy.WorkspacePatch{Name: in.Name, PersonalReveal: in.Reveal, MembersUseCI: in.MembersUseCI})
		if err != nil {
			return policy.Reply{}, err
		}
		return answer(http.StatusOK, space.Revision, workspaceOut(space))
	}, nil
}

type nameBody struct {
	Name string `json:"name"`
}

func (a *API) createCIToken(_ *http.Request, body []byte) (changing, error) {
	var in nameBody
	if err := decode(body, &in, false); err != nil {
		return nil, err
	}
	return func(tx *policy.Tx) (policy.Reply, error) {
		c, err := tx.CreateCIToken(in.Name)
		if err != nil {
			return policy.Reply{}, err
		}
		return answer(http.StatusCreated, c.Revision, credentialOut(c))
	}, nil
}

func (a *API) renameCredential(r *http.Request, body []byte) (changing, error) {
	seen, err := ifMatch(r)
	if err != nil {
		return nil, err
	}
	var in nameBody
	if err := decode(body, &in, false); err != nil {
		return nil, err
	}
	return credentialChange((*policy.Tx).Rename, models.ChangeRequest{Credential: credentialID(r), Seen: seen, Name: in.Name}), nil
}

type credentialMethod func(*policy.Tx, models.ChangeRequest) (models.Credential, error)

// onCredential prepares pause, resume and revoke.
func onCredential(method credentialMethod) prepare {
	return func(r *http.Request, body []byte) (changing, error) {
		seen, err := ifMatch(r)
		if err != nil {
			return nil, err
		}
		var in struct {
			Reason string `json:"reason"`
		}
		if err := decode(body, &in, true); err != nil {
			return nil, err
		}
		if err := reasonFits(in.Reason); err != nil {
			return nil, err
		}
		return credentialChange(method, models.ChangeRequest{Credential: credentialID(r), Seen: seen, Reason: in.Reason}), nil
	}
}

func credentialChange(method credentialMethod, req models.ChangeRequest) changing {
	return func(tx *policy.Tx) (policy.Reply, error) {
		c, err := method(tx, req)
		if err != nil {
			return policy.Reply{}, err
		}
		return answer(http.StatusOK, c.Revision, credentialOut(c))
	}
}

const maxReason = 500

func reasonFits(reason string) error {
	if len([]rune(reason)) > maxReason || strings.ContainsRune(reason, 0) {
		return invalid("reason must have at most 500 characters")
	}
	return nil
}

func (a *API) startRotation(r *http.Request, body []byte) (changing, error) {
	seen, err := ifMatch(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		Overlap *overlapDTO `json:"overlap"`
		Reason  string      `json:"reason"`
		Instead string      `json:"supersedes"`
	}
	if err := decode(body, &in, false); err != nil {
		return nil, err
	}
	if in.Overlap == nil {
		return nil, invalid("overlap is missing")
	}
	if err := reasonFits(in.Reason); err != nil {
		return nil, err
	}
	req := models.RotateRequest{
		Credential: credentialID(r), Seen: seen, Reason: in.Reason, Supersedes: models.RotationID(in.Instead),
		Overlap: models.Overlap{Mode: models.OverlapMode(in.Overlap.Mode), Grace: seconds(in.Overlap.GraceSeconds)},
	}
	return func(tx *policy.Tx) (policy.Reply, error) {
		rotation, credential, err := tx.Rotate(req)
		if err != nil {
			return policy.Reply{}, err
		}
		return answer(http.StatusCreated, rotation.Revision, rotationResultOut(rotation, credential))
	}, nil
}

// seconds turns a number from the wire into a duration; what does not fit is far beyond any limit.
func seconds(n int64) time.Duration {
	const most = int64(366 * 24 * time.Hour / time.Second)
	return time.Duration(max(-1, min(n, most))) * time.Second
}

func stepRotation(step models.RotationStep) prepare {
	return func(r *http.Request, body []byte) (changing, error) {
		seen, err := ifMatch(r)
		if err != nil {
			return nil, err
		}
		var in struct {
			Reason    string `json:"reason"`
			BySeconds *int64 `json:"by_seconds"`
		}
		if err := decode(body, &in, step != models.StepExtend); err != nil {
			return nil, err
		}
		if err := reasonFits(in.Reason); err != nil {
			return nil, err
		}
		if (in.BySeconds != nil) != (step == models.StepExtend) {
			return nil, invalid("by_seconds belongs to extend, and only there")
		}
		req := models.StepRequest{Rotation: models.RotationID(r.PathValue("rotation_id")), Step: step, Seen: seen, Reason: in.Reason}
		if in.BySeconds != nil {
			req.Extend = seconds(*in.BySeconds)
		}
		return func(tx *policy.Tx) (policy.Reply, error) {
			rotation, credential, err := tx.Step(req)
			if err != nil {
				return policy.Reply{}, err
			}
			return answer(http.StatusOK, rotation.Revision, rotationResultOut(rotation, credential))
		}, nil
	}
}

func (a *API) importInventory(_ *http.Request, body []byte) (changing, error) {
	var in importRequest
	if err := decode(body, &in, false); err != nil {
		return nil, err
	}
	if in.Inventory == nil {
		return nil, invalid("inventory is missing")
	}
	inv, err := inventoryIn(*in.Inventory)
	if err != nil {
		return nil, err
	}
	return func(tx *policy.Tx) (policy.Reply, error) {
		report, err := tx.ImportArriving(inv, in.DryRun)
		if err != nil {
			return policy.Reply{}, err
		}
		return answer(http.StatusOK, 0, importReportOut(report))
	}, nil
}

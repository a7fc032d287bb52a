package apiclient

import (
	"context"
	"net/http"
	"time"

	"example.com/keyturn/models"
)

// bulkPatience is how much longer a whole workspace may take than another call.
const bulkPatience = 2 * time.Minute

// Create makes a CI token with that name. The answer carries no value.
func (c *Client) Create(ctx context.Context, name, key string) (models.Credential, error) {
	return ask(ctx, c, call{
		op: "create a CI token", method: http.MethodPost, path: "/v1/credentials", key: key, body: nameBody{Name: restore(name)},
	}, credential)
}

// Rename gives a credential another name. It needs no key: the revision makes it safe to repeat.
func (c *Client) Rename(ctx context.Context, req models.ChangeRequest) (models.Credential, error) {
	return c.change(ctx, "rename a credential", http.MethodPatch, "", req, nameBody{Name: restore(req.Name)})
}

// Pause has a credential refused until it is resumed.
func (c *Client) Pause(ctx context.Context, req models.ChangeRequest) (models.Credential, error) {
	return c.change(ctx, "pause a credential", http.MethodPost, "/pause", req, nil)
}

// Resume has a paused credential accepted again.
func (c *Client) Resume(ctx context.Context, req models.ChangeRequest) (models.Credential, error) {
	return c.change(ctx, "resume a credential", http.MethodPost, "/resume", req, nil)
}

// Revoke ends a credential for good.
func (c *Client) Revoke(ctx context.Context, req models.ChangeRequest) (models.Credential, error) {
	return c.change(ctx, "revoke a credential", http.MethodPost, "/revoke", req, reasonBody{Reason: req.Reason})
}

func (c *Client) change(ctx context.Context, op, method, rest string, req models.ChangeRequest, body any) (models.Credential, error) {
	path, err := within(op, "credentials", string(req.Credential), rest)
	if err != nil {
		return models.Credential{}, err
	}
	k := call{op: op, method: method, path: path, seen: &req.Seen, body: body}
	if method == http.MethodPost {
		k.key = req.Key
	}
	return ask(ctx, c, k, credential)
}

// Rotate replaces the secret of a credential. The same key never rotates twice.
func (c *Client) Rotate(ctx context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error) {
	const op = "rotate a credential"
	path, err := within(op, "credentials", string(req.Credential), "/rotations")
	if err != nil {
		return models.Rotation{}, models.Credential{}, err
	}
	return c.replace(ctx, call{op: op, path: path, key: req.Key, seen: &req.Seen, body: rotateBody{
		Overlap: overlapBody{Mode: string(req.Overlap.Mode), GraceSeconds: int64(req.Overlap.Grace / time.Second)}, Reason: req.Reason,
		Supersedes: string(req.Supersedes),
	}})
}

// Step takes a rotation one step further: confirm, cancel, rollback, end or extend.
func (c *Client) Step(ctx context.Context, req models.StepRequest) (models.Rotation, models.Credential, error) {
	op := "take a rotation further: " + string(req.Step)
	switch req.Step {
	case models.StepConfirm, models.StepCancel, models.StepRollback, models.StepEnd, models.StepExtend:
	default:
		return models.Rotation{}, models.Credential{}, &models.Error{
			Fault: models.FaultInvalid, Code: "unknown-step", Op: "take a rotation further", Title: "nobody can decide this step",
			Fix: "use confirm, cancel, rollback, end or extend",
		}
	}
	path, err := within(op, "rotations", string(req.Rotation), "/"+string(req.Step))
	if err != nil {
		return models.Rotation{}, models.Credential{}, err
	}
	k := call{op: op, path: path, key: req.Key, seen: &req.Seen, body: reasonBody{Reason: req.Reason}}
	if req.Step == models.StepExtend {
		k.body = extendBody{BySeconds: int64(req.Extend / time.Second), Reason: req.Reason}
	}
	return c.replace(ctx, k)
}

func (c *Client) replace(ctx context.Context, k call) (models.Rotation, models.Credential, error) {
	k.method = http.MethodPost
	p, err := ask(ctx, c, k, replacementAnswer)
	return p.rotation, p.credential, err
}

// UpdateWorkspace changes the settings that are not nil.
func (c *Client) UpdateWorkspace(
	ctx context.Context, seen models.Revision, name *string, reveal *models.Reveal, membersUseCI *bool,
) (models.Workspace, error) {
	body := settingsBody{Reveal: reveal, MembersUseCI: membersUseCI}
	if name != nil {
		original := restore(*name)
		body.Name = &original
	}
	return ask(ctx, c, call{
		op: "change the settings of the workspace", method: http.MethodPatch, path: "/v1/workspace", seen: &seen, body: body,
	}, workspace)
}

// Import loads a workspace file, or only says what it would change. Names in it may be as an export
// or the console shows them.
func (c *Client) Import(ctx context.Context, inv models.Inventory, dryRun bool, key string) (models.ImportReport, error) {
	return ask(ctx, c, call{
		op: "import a workspace file", method: http.MethodPost, path: "/v1/imports", key: key, patient: bulkPatience,
		body: importBody{DryRun: dryRun, Inventory: inventoryOut(inv)},
	}, importReport)
}

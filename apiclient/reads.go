package apiclient

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"example.com/keyturn/models"
)

func get(op, path string, query url.Values) call {
	return call{op: op, method: http.MethodGet, path: path, query: query}
}

// within makes the path of an object, or refuses an id that would lead elsewhere.
func within(op, list, id, rest string) (string, error) {
	if !validID(id) {
		return "", &models.Error{
			Fault: models.FaultInvalid, Code: "invalid-id", Op: op, Title: "this is not an id of the workspace service",
			Fix: "take the id from a list or from the console",
		}
	}
	return "/v1/" + list + "/" + id + rest, nil
}

// readOne reads one object or a list that belongs to one.
func readOne[T any](ctx context.Context, c *Client, op, list, id, rest string, decode func(*reader) T) (T, error) {
	path, err := within(op, list, id, rest)
	if err != nil {
		var none T
		return none, err
	}
	return ask(ctx, c, get(op, path, nil), decode)
}

func pageQuery(p models.Page) url.Values {
	q := url.Values{}
	if p.Cursor != "" {
		q.Set("cursor", p.Cursor)
	}
	if p.Limit > 0 {
		q.Set("limit", strconv.Itoa(min(p.Limit, models.MaxPage)))
	}
	return q
}

// Health returns the version of the service, without signing in.
func (c *Client) Health(ctx context.Context) (string, error) {
	return ask(ctx, c, get("ask whether the service runs", "/healthz", nil), health)
}

// Workspace returns the workspace, its calendar, its counts and what the caller may do.
func (c *Client) Workspace(ctx context.Context) (models.Workspace, error) {
	return ask(ctx, c, get("read the workspace", "/v1/workspace", nil), workspace)
}

// Members returns a page of members in the order in which they joined.
func (c *Client) Members(ctx context.Context, p models.Page) (models.MemberPage, error) {
	return ask(ctx, c, get("list the members", "/v1/members", pageQuery(p)), memberPage)
}

// Member returns one member.
func (c *Client) Member(ctx context.Context, id models.MemberID) (models.Member, error) {
	return readOne(ctx, c, "read a member", "members", string(id), "", member)
}

// Credentials returns a page of the credentials that the filter lets through.
func (c *Client) Credentials(ctx context.Context, filter models.CredentialFilter, p models.Page) (models.CredentialPage, error) {
	q := pageQuery(p)
	for _, kind := range filter.Kinds {
		q.Add("kind", string(kind))
	}
	for _, state := range filter.States {
		q.Add("state", string(state))
	}
	return ask(ctx, c, get("list the credentials", "/v1/credentials", q), credentialPage)
}

// Credential returns one credential.
func (c *Client) Credential(ctx context.Context, id models.CredentialID) (models.Credential, error) {
	return readOne(ctx, c, "read a credential", "credentials", string(id), "", credential)
}

// Usage returns who uses a credential, the latest first, and whether there are more.
func (c *Client) Usage(ctx context.Context, id models.CredentialID) (callers []models.Caller, truncated bool, err error) {
	u, err := readOne(ctx, c, "read the usage of a credential", "credentials", string(id), "/usage", usageAnswer)
	return u.callers, u.truncated, err
}

// Rotations returns the rotations of a credential, the newest first.
func (c *Client) Rotations(ctx context.Context, id models.CredentialID) ([]models.Rotation, error) {
	return readOne(ctx, c, "list the rotations of a credential", "credentials", string(id), "/rotations", rotationList)
}

// Rotation returns one rotation and its credential.
func (c *Client) Rotation(ctx context.Context, id models.RotationID) (models.Rotation, models.Credential, error) {
	p, err := readOne(ctx, c, "read a rotation", "rotations", string(id), "", replacementAnswer)
	return p.rotation, p.credential, err
}

// Events returns a page of what happened, the newest first.
func (c *Client) Events(ctx context.Context, filter models.EventFilter, p models.Page) (models.EventPage, error) {
	q := pageQuery(p)
	if filter.Credential != "" {
		q.Set("credential", string(filter.Credential))
	}
	if filter.After > 0 {
		q.Set("after", strconv.FormatInt(filter.After, 10))
	}
	return ask(ctx, c, get("list the events", "/v1/events", q), eventPage)
}

// MaxWait is the longest that the service waits for a change.
const MaxWait = 50 * time.Second

// Changes waits up to that long, in whole seconds and MaxWait at most, for a change after the
// position. A negative position only asks where the service stands.
func (c *Client) Changes(ctx context.Context, after int64, wait time.Duration) (models.Changes, error) {
	q := url.Values{}
	wait = max(0, min(wait, MaxWait)).Truncate(time.Second)
	if after >= 0 {
		q.Set("after", strconv.FormatInt(after, 10))
		if wait > 0 {
			q.Set("wait", strconv.FormatInt(int64(wait/time.Second), 10))
		}
	}
	k := get("follow the changes", "/v1/changes", q)
	k.patient = wait
	return ask(ctx, c, k, changes)
}

// Secret returns the value of a version of a credential, 0 for the newest that works. The service
// writes an event each time.
func (c *Client) Secret(ctx context.Context, id models.CredentialID, version int) (models.Secret, error) {
	const op = "read the secret of a credential"
	path, err := within(op, "credentials", string(id), "/secret")
	if err != nil {
		return models.Secret{}, err
	}
	k := get(op, path, nil)
	if version > 0 {
		k.query = url.Values{"version": {strconv.Itoa(version)}}
	}
	s, err := ask(ctx, c, k, secretValue)
	if err != nil {
		return models.Secret{}, err
	}
	if s.credential != id || version > 0 && s.version != version {
		s.value.Wipe()
		return models.Secret{}, c.nonsense(k, "it answered with the secret of another credential or version")
	}
	return s.value, nil
}

// Export returns the workspace file, without any value.
func (c *Client) Export(ctx context.Context) (models.Inventory, error) {
	k := get("export the workspace", "/v1/export", nil)
	k.limit, k.patient = exportLimit, bulkPatience
	return ask(ctx, c, k, inventory)
}

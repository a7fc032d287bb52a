package apiclient

import (
	"context"
	"errors"
	"net/http"
	"time"

	"example.com/keyturn/models"
)

const (
	opIdentify = "ask whose values these are"
	shortPause = time.Second // where the service does not say how long to wait
	longPause  = time.Minute // longer than any service waits that lets anybody ask at all
	maxPauses  = 5           // one after the other, without an answer between
)

// Identify says of each value, in order, which secret of the workspace it is; nil for one that nobody has.
// It is no use of any of them. The service lets nobody try many unknown values at once: where it asks to
// wait, this waits, as long as ctx lets it. With an error come the answers until then.
func (c *Client) Identify(ctx context.Context, values []models.Secret) ([]*models.Identified, error) {
	var found []*models.Identified
	for pauses := 0; len(found) < len(values); {
		some, err := c.identify(ctx, values[len(found):min(len(values), len(found)+models.MaxIdentify)])
		if wait, limited := limitedFor(err); limited && wait <= longPause && pauses < maxPauses {
			pauses++
			if err := pause(ctx, wait); err != nil {
				return found, c.noAnswer(call{op: opIdentify, asks: true}, true, err)
			}
			continue
		}
		if err != nil {
			return found, err
		}
		found, pauses = append(found, some...), 0
	}
	return found, nil
}

// identify asks once, and is answered for some of the values, from the first on.
func (c *Client) identify(ctx context.Context, values []models.Secret) ([]*models.Identified, error) {
	k := call{op: opIdentify, method: http.MethodPost, path: "/v1/identifications", body: valuesOut(values), hide: hider(values), asks: true}
	found, err := ask(ctx, c, k, identifications)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || len(found) > len(values) {
		return nil, c.nonsense(k, "it answered for another number of values")
	}
	return found, nil
}

// limitedFor tells how long the service asks to wait, if that is all it has against the call.
func limitedFor(err error) (wait time.Duration, limited bool) {
	var e *models.Error
	if !errors.As(err, &e) || e.Fault != models.FaultRateLimited {
		return 0, false
	}
	return max(e.RetryAfter, shortPause), true
}

func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

var identifiedField = []string{"known"}

func identifications(r *reader) []*models.Identified {
	var list []*models.Identified
	for f := r.object(itemsField); r.next(&f); {
		switch string(f.key) {
		case "items":
			list = listOf(r, identified)
		default:
			r.skip()
		}
	}
	return list
}

// identified reads one answer; of an unknown value it says only that.
func identified(r *reader) *models.Identified {
	var i models.Identified
	known := false
	f := r.object(identifiedField)
	for r.next(&f) {
		switch string(f.key) {
		case "known":
			known = r.flag()
		case "credential_id":
			i.Credential = models.CredentialID(r.id())
		case "kind":
			i.Kind = oneOf(r, models.Kinds)
		case "name":
			i.Name = r.text()
		case "owner":
			owner := memberRef(r)
			i.Owner = &owner
		case "version":
			i.Version = r.version()
		case "state":
			i.State = oneOf(r, secretStates)
		case "paused":
			i.Paused = r.flag()
		default:
			r.skip()
		}
	}
	if !known {
		return nil
	}
	if r.err == nil && (i.Credential == "" || i.Kind == "" || i.Version == 0 || i.State == "") {
		r.fail("knows a value and does not say whose it is")
	}
	return &i
}

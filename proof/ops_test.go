package proof_test

import (
	"context"
	"errors"
	"fmt"

	"example.com/keyturn/apiclient"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
)

// deed is one change that somebody wants, against a workspace that was prepared for it.
type deed struct {
	credential models.CredentialID // empty for what concerns none
	key        string              // empty for what its revision makes safe to repeat

	// do asks for the change, once.
	do func(ctx context.Context, c *apiclient.Client) error
	// again asks for the same as the engine does where there is one.
	again func(ctx context.Context, c *apiclient.Client) error
	// through asks for it through an engine; nil where there is none.
	through func(ctx context.Context, e *rotation.Engine) error
	// done looks whether it has been made.
	done func(ctx context.Context, c *apiclient.Client) (bool, error)
}

// operation makes deeds, each of a name of its own.
type operation struct {
	name    string
	prepare func(s *stand, name string) deed
}

// operations are all that change a workspace.
var operations = []operation{
	{"rotate", func(s *stand, name string) deed {
		return rotateDeed(s, s.token1(name), models.RotateRequest{Overlap: models.DefaultOverlap}, models.RotationPending)
	}},
	{"rotate after a leak", func(s *stand, name string) deed {
		return rotateDeed(s, s.token1(name), models.RotateRequest{Overlap: leak, Reason: "in a log"}, models.RotationDone)
	}},
	{"supersede", func(s *stand, name string) deed {
		r, c := s.rotated(name)
		return rotateDeed(s, c, models.RotateRequest{Overlap: models.DefaultOverlap, Supersedes: r.ID}, models.RotationPending)
	}},
	{"migrate a legacy key", func(s *stand, name string) deed {
		return rotateDeed(s, s.legacy(name), models.RotateRequest{Overlap: models.DefaultOverlap}, models.RotationPending)
	}},
	{"reset a personal token", func(s *stand, name string) deed {
		return rotateDeed(s, s.member(name), models.RotateRequest{Overlap: leak}, models.RotationDone)
	}},
	{"confirm", func(s *stand, name string) deed {
		r, _ := s.rotated(name)
		return stepDeed(s, r, models.StepRequest{Step: models.StepConfirm, Reason: "by hand"}, models.RotationRetiring)
	}},
	{"cancel", func(s *stand, name string) deed {
		r, _ := s.rotated(name)
		return stepDeed(s, r, models.StepRequest{Step: models.StepCancel}, models.RotationCancelled)
	}},
	{"roll back", func(s *stand, name string) deed {
		return stepDeed(s, s.used(name), models.StepRequest{Step: models.StepRollback}, models.RotationRolledBack)
	}},
	{"end the old one", func(s *stand, name string) deed {
		return stepDeed(s, s.used(name), models.StepRequest{Step: models.StepEnd}, models.RotationDone)
	}},
	{"extend", func(s *stand, name string) deed {
		r := s.used(name)
		d := stepDeed(s, r, models.StepRequest{Step: models.StepExtend, Extend: models.DefaultGrace}, "")
		d.done = func(ctx context.Context, c *apiclient.Client) (bool, error) {
			now, _, err := c.Rotation(ctx, r.ID)
			if err == nil && !now.GraceEnds.Equal(r.GraceEnds) && !now.GraceEnds.Equal(r.GraceEnds.Add(models.DefaultGrace)) {
				err = fmt.Errorf("extended from %s to %s", r.GraceEnds, now.GraceEnds)
			}
			return !now.GraceEnds.Equal(r.GraceEnds), err
		}
		return d
	}},
	{"create", createDeed},
	{"rename", func(s *stand, name string) deed {
		c := s.token1(name)
		return changeDeed(c, models.ChangeRequest{Name: name + " renamed"}, "", (*apiclient.Client).Rename, func(c models.Credential) bool { return c.Name == name+" renamed" })
	}},
	{"pause", func(s *stand, name string) deed {
		return changeDeed(s.token1(name), models.ChangeRequest{}, rotation.New(s.admin).NewKey(), (*apiclient.Client).Pause, inState(models.Paused))
	}},
	{"resume", func(s *stand, name string) deed {
		c := s.token1(name)
		c, err := s.admin.Pause(s.Context(), models.ChangeRequest{Credential: c.ID, Seen: c.Revision, Key: "pause " + name})
		must(s, err)
		return changeDeed(c, models.ChangeRequest{}, rotation.New(s.admin).NewKey(), (*apiclient.Client).Resume, inState(models.Active))
	}},
	{"revoke", func(s *stand, name string) deed {
		return changeDeed(s.token1(name), models.ChangeRequest{Reason: "gone"}, rotation.New(s.admin).NewKey(), (*apiclient.Client).Revoke, inState(models.Revoked))
	}},
	{"import", importDeed},
	{"settings", settingsDeed},
}

var leak = models.Overlap{Mode: models.OverlapNone}

// token1 makes a CI token.
func (s *stand) token1(name string) models.Credential {
	s.Helper()
	c, err := s.admin.Create(s.Context(), name, "create "+name)
	must(s, err)
	return c
}

// rotated makes a CI token whose rotation waits for the first use.
func (s *stand) rotated(name string) (models.Rotation, models.Credential) {
	s.Helper()
	c := s.token1(name)
	r, c, err := s.admin.Rotate(s.Context(), models.RotateRequest{Credential: c.ID, Seen: c.Revision, Overlap: models.DefaultOverlap, Key: "rotate " + name})
	must(s, err)
	return r, c
}

// used makes a CI token whose old secret retires.
func (s *stand) used(name string) models.Rotation {
	s.Helper()
	r, c := s.rotated(name)
	value, err := s.admin.Secret(s.Context(), c.ID, r.NewVersion)
	must(s, err)
	verdict, err := present(s.Context(), s.url, value, true)
	must(s, err)
	if verdict != accepted {
		s.Fatalf("the new secret is answered %q", verdict)
	}
	r, _, err = s.admin.Rotation(s.Context(), r.ID)
	must(s, err)
	return r
}

func (s *stand) load(inv models.Inventory) {
	s.Helper()
	_, err := s.admin.Import(s.Context(), inv, false, rotation.New(s.admin).NewKey())
	must(s, err)
}

func (s *stand) find(kind models.Kind, is func(models.Credential) bool) models.Credential {
	s.Helper()
	for page := (models.Page{Limit: models.MaxPage}); ; {
		got, err := s.admin.Credentials(s.Context(), models.CredentialFilter{Kinds: []models.Kind{kind}}, page)
		must(s, err)
		for _, c := range got.Items {
			if is(c) {
				return c
			}
		}
		if page.Cursor = got.Next; got.Next == "" {
			s.Fatalf("there is no such %s", kind)
		}
	}
}

// legacy makes a legacy CI key that pipelines use.
func (s *stand) legacy(name string) models.Credential {
	s.Helper()
	s.load(models.Inventory{LegacyKeys: []models.InventoryCredential{{Kind: models.LegacyCIKey, Name: name, State: models.Active, Value: legacyValue(name)}}})
	return s.find(models.LegacyCIKey, func(c models.Credential) bool { return c.Name == name })
}

// legacyValue is short and plain, as those keys are, and another one for each name.
func legacyValue(name string) models.Secret {
	return models.NewSecret("K" + models.NewSecret(name).Digest()[:15])
}

// member is the personal token of a new member with a seat.
func (s *stand) member(name string) models.Credential {
	s.Helper()
	email := models.NewSecret(name).Digest()[:12] + "@example.com"
	s.load(models.Inventory{Members: []models.InventoryMember{{Email: email, Name: name, Role: models.RoleMember, Seat: true}}})
	return s.find(models.PersonalToken, func(c models.Credential) bool { return c.Owner != nil && c.Owner.Email == email })
}

// byEngine asks as somebody does who keeps no journal.
func byEngine(through func(context.Context, *rotation.Engine) error) func(context.Context, *apiclient.Client) error {
	return func(ctx context.Context, c *apiclient.Client) error { return through(ctx, rotation.New(c)) }
}

func rotateDeed(s *stand, c models.Credential, req models.RotateRequest, want models.RotationState) deed {
	req.Credential, req.Seen, req.Key = c.ID, c.Revision, rotation.New(s.admin).NewKey()
	before, err := s.admin.Rotations(s.Context(), c.ID)
	must(s, err)
	through := func(ctx context.Context, e *rotation.Engine) error {
		_, _, err := e.Start(ctx, req)
		return err
	}
	return deed{
		credential: c.ID, key: req.Key,
		do: func(ctx context.Context, c *apiclient.Client) error {
			r, _, err := c.Rotate(ctx, req)
			if err == nil && r.State != want {
				return &models.Error{Title: fmt.Sprintf("told that the rotation is %s", r.State)}
			}
			return err
		},
		again:   byEngine(through),
		through: through,
		done: func(ctx context.Context, c *apiclient.Client) (bool, error) {
			now, err := c.Rotations(ctx, req.Credential)
			if err == nil && len(now) > len(before)+1 {
				err = fmt.Errorf("rotated %d times", len(now)-len(before))
			}
			return len(now) > len(before), err
		},
	}
}

func stepDeed(s *stand, r models.Rotation, req models.StepRequest, want models.RotationState) deed {
	req.Rotation, req.Seen, req.Key = r.ID, r.Revision, rotation.New(s.admin).NewKey()
	through := func(ctx context.Context, e *rotation.Engine) error {
		_, _, err := e.Step(ctx, req)
		return err
	}
	return deed{
		credential: r.Credential, key: req.Key,
		do: func(ctx context.Context, c *apiclient.Client) error {
			got, _, err := c.Step(ctx, req)
			if err == nil && want != "" && got.State != want {
				return &models.Error{Title: fmt.Sprintf("told that the rotation is %s", got.State)}
			}
			return err
		},
		again:   byEngine(through),
		through: through,
		done: func(ctx context.Context, c *apiclient.Client) (bool, error) {
			now, _, err := c.Rotation(ctx, r.ID)
			return now.State == want, err
		},
	}
}

func createDeed(s *stand, name string) deed {
	key := rotation.New(s.admin).NewKey()
	do := func(ctx context.Context, c *apiclient.Client) error {
		got, err := c.Create(ctx, name, key)
		if err == nil && got.Name != name {
			return &models.Error{Title: "told of another one"}
		}
		return err
	}
	return deed{key: key, do: do, again: do, done: func(ctx context.Context, c *apiclient.Client) (bool, error) {
		events, err := eventsOf(ctx, c, models.EventFilter{})
		n := 0
		for _, e := range events {
			if e.Action == models.EventCreated && e.Name == name {
				n++
			}
		}
		if n > 1 {
			err = errors.Join(err, fmt.Errorf("created %d times", n))
		}
		return n > 0, err
	}}
}

type changing func(*apiclient.Client, context.Context, models.ChangeRequest) (models.Credential, error)

func inState(want models.CredentialState) func(models.Credential) bool {
	return func(c models.Credential) bool { return c.State == want }
}

func changeDeed(c models.Credential, req models.ChangeRequest, key string, ask changing, is func(models.Credential) bool) deed {
	req.Credential, req.Seen, req.Key = c.ID, c.Revision, key
	do := func(ctx context.Context, c *apiclient.Client) error {
		got, err := ask(c, ctx, req)
		if err == nil && !is(got) {
			return &models.Error{Title: "told of another state"}
		}
		return err
	}
	return deed{credential: c.ID, key: key, do: do, again: do, done: func(ctx context.Context, c *apiclient.Client) (bool, error) {
		now, err := c.Credential(ctx, req.Credential)
		if err == nil && now.Revision > req.Seen+1 {
			err = fmt.Errorf("changed %d times", now.Revision-req.Seen)
		}
		return is(now), err
	}}
}

func importDeed(s *stand, name string) deed {
	key := rotation.New(s.admin).NewKey()
	inv := models.Inventory{CITokens: []models.InventoryCredential{{Kind: models.CIToken, Name: name, State: models.Active}}}
	do := func(ctx context.Context, c *apiclient.Client) error {
		report, err := c.Import(ctx, inv, false, key)
		if err == nil && report.Created != 1 {
			return &models.Error{Title: fmt.Sprintf("told that %d were created", report.Created)}
		}
		return err
	}
	again := func(ctx context.Context, c *apiclient.Client) error {
		_, err := c.Import(ctx, inv, false, key) // which creates nothing, once the key is forgotten
		return err
	}
	return deed{key: key, do: do, again: again, done: func(ctx context.Context, c *apiclient.Client) (bool, error) {
		page, err := c.Credentials(ctx, models.CredentialFilter{Kinds: []models.Kind{models.CIToken}}, models.Page{Limit: models.MaxPage})
		for _, c := range page.Items {
			if c.Name == name {
				return true, err
			}
		}
		return false, err
	}}
}

func settingsDeed(s *stand, name string) deed {
	before, err := s.admin.Workspace(s.Context())
	must(s, err)
	do := func(ctx context.Context, c *apiclient.Client) error {
		got, err := c.UpdateWorkspace(ctx, before.Revision, &name, nil, nil)
		if err == nil && got.Name != name {
			return &models.Error{Title: "told of another name"}
		}
		return err
	}
	return deed{do: do, again: do, done: func(ctx context.Context, c *apiclient.Client) (bool, error) {
		now, err := c.Workspace(ctx)
		if err == nil && now.Revision > before.Revision+1 {
			err = fmt.Errorf("changed %d times", now.Revision-before.Revision)
		}
		return now.Name == name, err
	}}
}

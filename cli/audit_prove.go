package cli

import (
	"context"

	"example.com/keyturn/audit"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/prove"
	"example.com/keyturn/models"
)

// proof is who is asked whose the literals of an audit are, and which members there are. The zero value
// asks nobody.
type proof struct {
	identify prove.Identify
	people   *prove.People
	failed   error // why not everything that was to be proven could be
}

// proofOf reads the workspace file that the command line names.
func (c *call) proofOf(f *auditFlags) (proof, error) {
	if f.inventory == "" {
		return proof{}, nil
	}
	inv, err := c.readFile(f.inventory)
	if err != nil {
		return proof{}, usageError{err, fixOf(err)}
	}
	return proof{identify: prove.File(inv), people: prove.NewPeople(prove.Members(inv))}, nil
}

// meet asks the workspace for its members, and has it asked about what is found. Whatever it does not
// answer is told at the end: what the files say is worth telling without it.
func (a *auditing) meet(ctx context.Context) {
	s, err := a.service()
	if err != nil {
		a.proof.failed = err
		return
	}
	members, err := everyMember(ctx, s)
	if err != nil {
		a.proof.failed = err
		return
	}
	list := make([]models.MemberRef, len(members))
	for i, m := range members {
		list[i] = models.MemberRef{ID: m.ID, Name: m.Name, Email: m.Email}
	}
	a.proof.people = prove.NewPeople(list)
	a.proof.identify = prove.Once(func(ctx context.Context, values []models.Secret) ([]*finding.Identity, error) {
		found, err := s.Identify(ctx, values)
		known := make([]*finding.Identity, len(values))
		for i, one := range found {
			if one != nil {
				who := prove.Identity(*one)
				known[i] = &who
			}
		}
		if err != nil && ctx.Err() == nil {
			a.proof.failed, err = err, nil
		}
		return known, err
	})
}

// ask has an audit prove what it finds.
func (p proof) ask(o *audit.Options) { o.Identify, o.People = p.identify, p.people }

// unproven notes in a report that not everything was proven that was to be.
func (a *auditing) unproven(r finding.Report) finding.Report {
	if a.proof.failed == nil {
		return r
	}
	why := "whose the credentials are was not proven: " + explain(a.proof.failed, a.Zone)
	if fix := fixOf(a.proof.failed); fix != "" {
		why += "; to do: " + fix
	}
	return undone(r, why)
}

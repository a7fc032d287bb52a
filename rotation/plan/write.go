package plan

import (
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
)

// Written is the plan as it is written down before anything is sent: of each target what is asked, what it
// changes and whom the end of the old secret concerns; happens is what is said of all of them.
func (p Plan) Written(happens []string, request func(at int) models.RotateRequest) bulk.Plan {
	made := bulk.Plan{At: p.Now, Happens: happens}
	for i, t := range p.Targets {
		one := Plan{Targets: p.Targets[i : i+1], Sunset: p.Sunset, Now: p.Now, Clock: p.Clock}
		req := request(i)
		made.Items = append(made.Items, bulk.Item{
			Credential: t.Credential.ID, Name: t.Credential.Label(), Kind: t.Credential.Kind,
			Changes: bulk.Changes(t.Credential), Breaks: one.Outcome(req.Overlap), Request: req,
		})
	}
	return made
}

package policy

import "example.com/keyturn/models"

// veil takes from a rotation what is told of it in events that the caller may not see: from where somebody
// else has started it.
func (c Caller) veil(r *models.Rotation) {
	if r != nil && !c.SeesAll() && (c.ID == "" || r.StartedByID != c.ID) {
		r.StartedFrom = ""
	}
}

// SeesAll reports whether nothing is veiled from the caller: whoever does is told the same.
func (c Caller) SeesAll() bool { return c.May(models.MaySeeAllEvents) }

func (c Caller) veilCredentials(list []models.Credential) {
	for i := range list {
		c.veil(list[i].Rotation)
	}
}

func (c Caller) veilMembers(list []models.Member) {
	for i := range list {
		c.veil(list[i].Token.Rotation)
	}
}

package policy

import "example.com/keyturn/models"

// veil takes from a rotation what is told of it in events that the caller may not see: from where somebody
// else has started it.
func (c Caller) veil(r *models.Rotation) {
	if r != nil && !c.May(models.MaySeeAllEvents) && (c.ID == "" || r.StartedByID != c.ID) {
		r.StartedFrom = ""
	}
}

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

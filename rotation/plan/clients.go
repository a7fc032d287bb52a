package plan

import (
	"fmt"
	"slices"

	"example.com/keyturn/models"
)

// client is a client at one version, with the hosts on which it runs.
type client struct {
	first models.Caller
	hosts []string
}

// OldClients points out the callers to which the new token must go in another way, one sentence for
// each client and version.
func (p Plan) OldClients() []string {
	list, _ := p.callers()
	var missing, undocumented []string
	for _, c := range byVersion(list) {
		switch c.first.AuthTokenSupport() {
		case models.SupportMissing:
			missing = append(missing, fmt.Sprintf("%s does not know %s: put the new token into %s there.",
				c.name(), models.AuthTokenVariable, models.APIKeyVariable))
		case models.SupportUndocumented:
			undocumented = append(undocumented, fmt.Sprintf("%s reads %s, though that is documented only from 3.0 on.",
				c.name(), models.AuthTokenVariable))
		}
	}
	return append(missing, undocumented...)
}

// byVersion joins callers of the same client and version.
func byVersion(list []models.Caller) []client {
	var clients []client
	for _, c := range list {
		at := slices.IndexFunc(clients, func(have client) bool {
			return have.first.Client == c.Client && have.first.ClientVersion == c.ClientVersion
		})
		if at < 0 {
			clients = append(clients, client{first: c})
			at = len(clients) - 1
		}
		if !slices.Contains(clients[at].hosts, c.Host) {
			clients[at].hosts = append(clients[at].hosts, c.Host)
		}
	}
	return clients
}

func (c client) name() string {
	name := Name(c.first)
	switch n := len(c.hosts) - 1; {
	case n == 1:
		name += " and 1 other host"
	case n > 1:
		name += fmt.Sprintf(" and %d other hosts", n)
	}
	return name
}

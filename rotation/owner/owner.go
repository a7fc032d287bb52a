// Package owner says whose an intent or a plan is that lies on this machine: it is never gone on with for
// somebody else, or elsewhere.
package owner

import (
	"net"
	"net/url"
	"strings"

	"example.com/keyturn/models"
)

// Owner is a member of a workspace, and where it was served. Nothing in it is secret.
type Owner struct {
	Endpoint   string          `json:"endpoint"`            // as Canonical has it
	Workspace  string          `json:"workspace,omitempty"` // its id; what an older keyturn wrote has none
	Member     models.MemberID `json:"member"`
	MemberName string          `json:"member_name"`
}

// Is reports whether both are the same member of the same workspace. A workspace is known by its id and
// its address together: a copy of it that is served elsewhere has the same id, and has not done what was
// asked of the original. A port of this machine is no address to remember: a workspace that is served here
// may have another one every time.
func (o Owner) Is(other Owner) bool {
	if o.Member != other.Member {
		return false
	}
	if o.Workspace == "" || other.Workspace == "" {
		return o.Endpoint == other.Endpoint
	}
	return o.Workspace == other.Workspace && (o.Endpoint == other.Endpoint || here(o.Endpoint) && here(other.Endpoint))
}

// here reports whether an endpoint is on this machine.
func here(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// Canonical is an endpoint as it is compared: without a name or a password in it, which are nobody's
// to be written down.
func Canonical(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return strings.TrimRight(endpoint, "/")
	}
	u.User, u.Host, u.Scheme = nil, strings.ToLower(u.Host), strings.ToLower(u.Scheme)
	u.Path, u.RawQuery, u.Fragment = strings.TrimRight(u.Path, "/"), "", ""
	return u.String()
}

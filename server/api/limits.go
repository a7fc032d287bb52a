package api

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"math"
	"net/http"
	"strconv"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// Limits bound how much one caller may ask for. What a caller is known by pays:
//
//   - Whoever shows a personal token that signs in is counted by their member, and whoever activates by the
//     credential. A request costs 1; one that fails because of what was asked costs FailureCost in all.
//   - Everybody else is counted by the address: what anybody may ask costs 1, what fails FailureCost. Whether the
//     service is alive and ready costs nobody anything.
//   - Who shows a valid credential is neither charged to the address nor refused because of it: nobody is locked
//     out by the failures of somebody else behind the same address.
//
// So an address without allowance is still told when a value is right. Nobody guesses a token that way: it
// carries more than 165 bits. A legacy key may carry few. So the different wrong values that may be legacy keys are
// counted for each address as well, and beyond that no such value is looked for which was not shown there before:
// a pipeline that has one key which works, or one that has ended, is in nobody's way and has nobody in its own.
// What a member asks about that is nobody's is counted for that member.
type Limits struct {
	Member     Bucket // requests of one signed-in member
	Credential Bucket // activations with one credential
	Address    Bucket // requests without a valid credential from one address; and what is guessed there, and by a member
}

// FailureCost is how much a request costs that fails; any other one costs 1.
const FailureCost = 10

// DefaultLimits let a console load the largest workspace and a CI farm activate with one token, and
// tell a guesser of thirty values at once, and of one a second from then on, that they are wrong.
var DefaultLimits = Limits{
	Member:     Bucket{PerSecond: 200, Burst: 2000},
	Credential: Bucket{PerSecond: 5000, Burst: 10000},
	Address:    Bucket{PerSecond: FailureCost, Burst: 30 * FailureCost},
}

// By whom a refusal was counted, for the metrics.
const (
	byMember     = "member"
	byCredential = "credential"
	byAddress    = "address"
)

// comeBack is a wait in whole seconds, of which there is always one.
func comeBack(wait time.Duration) int { return max(1, int(math.Ceil(wait.Seconds()))) }

// tooMany says that somebody asks for too much, and when to come back.
func (a *API) tooMany(w http.ResponseWriter, counted string, wait time.Duration) *models.Error {
	a.metrics.Limited(counted)
	seconds := comeBack(wait)
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return &models.Error{
		Fault: models.FaultRateLimited, Code: "rate-limited", Title: "Too many requests",
		Fix: fmt.Sprintf("come back in %d s", seconds),
	}
}

// callersDoing says which faults the caller could have avoided. Who loses a race could not, nor who is told that
// the service or its database fails; and being told to wait must not make the wait longer.
var callersDoing = map[models.Fault]bool{
	models.FaultInvalid: true, models.FaultUnauthorized: true, models.FaultForbidden: true, models.FaultNotFound: true,
	models.FaultConflict: false, models.FaultStale: false, models.FaultRateLimited: false,
	models.FaultUnreachable: false, models.FaultUnknown: false, models.FaultInternal: false,
}

// refusedFor says which refusals of a credential whoever uses it could have avoided: a planned downtime they
// could not.
var refusedFor = map[models.Refusal]bool{
	models.RefusedFormat: true, models.RefusedUnknown: true, models.RefusedNoSeat: true, models.RefusedPaused: true,
	models.RefusedInCI: true, models.RefusedRetired: true, models.RefusedDowntime: false,
}

// mayGoOn counts a request of a member.
func (a *API) mayGoOn(w http.ResponseWriter, id models.MemberID) error {
	if wait := a.members.take(string(id), 1, time.Now()); wait > 0 {
		return a.tooMany(w, byMember, wait)
	}
	return nil
}

// costs has a member pay for a request that failed, beyond what every request costs.
func (a *API) costs(id models.MemberID, err error) error {
	if err != nil && callersDoing[models.FaultOf(err)] {
		a.members.charge(string(id), FailureCost-1, time.Now())
	}
	return err
}

// stranger has an address pay for a request without a valid credential. Once there were too many, the answer no
// longer tells what was wrong.
func (a *API) stranger(w http.ResponseWriter, r *http.Request, err error) error {
	much := 1
	if err != nil {
		much = FailureCost
	}
	if err != nil && !callersDoing[models.FaultOf(err)] {
		return err
	}
	if wait := a.addresses.take(network(address(r)), much, time.Now()); wait > 0 {
		return a.tooMany(w, byAddress, wait)
	}
	return err
}

// anybody counts a request that nobody has to sign in for, and which is answered with err if that is one: by the
// member, if one shows a token that signs in, else by the address.
func (a *API) anybody(w http.ResponseWriter, r *http.Request, err error) error {
	if r.Header.Get("Authorization") == "" {
		return a.stranger(w, r, err)
	}
	who, unknown := a.caller(r)
	if unknown != nil {
		return a.stranger(w, r, err)
	}
	return cmp.Or(a.mayGoOn(w, who.Principal.ID), a.costs(who.Principal.ID, err))
}

// shown is a credential that somebody presents in order to activate, in names that lead back to no value: the
// seed lives as long as the process.
type shown struct {
	name string
	from string // the address that it comes from
}

// here is the credential at its address.
func (s shown) here() string { return s.name + " " + s.from }

func (a *API) shown(r *http.Request, secret models.Secret) shown {
	return shown{name: strconv.FormatUint(maphash.String(a.seed, secret.Digest()), 36), from: network(address(r))}
}

// mayActivate counts an activation, before anybody looks whether the credential is valid. On the way out, a
// LocalStack client understands nothing but its own error body.
func (a *API) mayActivate(w http.ResponseWriter, s shown, secret models.Secret) bool {
	now := time.Now()
	if wait := a.credentials.take(s.name, 1, now); wait > 0 {
		a.slowDown(w, byCredential, wait)
		return false
	}
	wait := a.tried.wait(s.from, FailureCost, now)
	if wait == 0 || !guessable(secret) || a.right.Contains(s.here()) || a.wrong.Contains(s.here()) {
		return true
	}
	a.slowDown(w, byAddress, wait)
	return false
}

// activated counts how an activation was judged, and reports whether its caller may be told. A value that nobody
// has is charged to the address. As a guess it is charged even beyond the allowance, because many are looked for at
// the same moment: whoever tries that waits longer.
func (a *API) activated(w http.ResponseWriter, s shown, secret models.Secret, out policy.Activated) bool {
	now, refusal := time.Now(), out.Verdict.Refusal
	if refusedFor[refusal] {
		a.credentials.charge(s.name, FailureCost-1, now)
	}
	switch {
	case refusal != models.RefusedUnknown && out.Legacy:
		a.right.Add(s.here(), struct{}{})
		return true
	case refusal != models.RefusedUnknown:
		return true
	case guessable(secret):
		if before, _ := a.wrong.ContainsOrAdd(s.here(), struct{}{}); !before {
			a.tried.charge(s.from, FailureCost, now)
		}
	}
	wait := a.addresses.take(s.from, FailureCost, now)
	if wait > 0 {
		a.slowDown(w, byAddress, wait)
	}
	return wait == 0
}

// noCredential answers a request to activate that shows none.
func (a *API) noCredential(w http.ResponseWriter, r *http.Request, status int, why string) {
	if wait := a.addresses.take(network(address(r)), FailureCost, time.Now()); wait > 0 {
		a.slowDown(w, byAddress, wait)
		return
	}
	refuse(w, status, string(models.RefusedFormat)+": "+why)
}

func (a *API) slowDown(w http.ResponseWriter, counted string, wait time.Duration) {
	e := a.tooMany(w, counted, wait)
	refuse(w, http.StatusTooManyRequests, "generic.rate_limited: "+e.Title+", "+e.Fix)
}

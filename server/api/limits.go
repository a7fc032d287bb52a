package api

import (
	"fmt"
	"hash/maphash"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"example.com/keyturn/models"
)

// Limits bound how much one caller may ask for. Whoever shows a credential that is valid is counted
// by it, whoever does not by the address; so nobody is locked out by the failures of somebody else
// behind the same address.
type Limits struct {
	Member     Bucket // requests of one signed-in member
	Credential Bucket // activations with one credential
	Address    Bucket // what fails from one address; each failure costs FailureCost
}

// Bucket is a token bucket: it holds at most Burst, and gains PerSecond. The zero value never empties.
type Bucket struct {
	PerSecond float64
	Burst     int
}

// FailureCost is how much more a failure costs than a request.
const FailureCost = 10

// DefaultLimits let a console load the largest workspace and a CI farm activate with one token, and
// tell a guesser of thirty values at once, and of one a second from then on, that they are wrong. A right
// value is never refused: whoever has one must not wait for a guesser behind the same address.
var DefaultLimits = Limits{
	Member:     Bucket{PerSecond: 200, Burst: 2000},
	Credential: Bucket{PerSecond: 5000, Burst: 10000},
	Address:    Bucket{PerSecond: FailureCost, Burst: 30 * FailureCost},
}

// maxCallers is how many callers of each kind are remembered: the least recent ones are forgotten
// first, and begin again with a full bucket.
const maxCallers = 50_000

// buckets are those of one kind of caller. It is safe for concurrent use.
type buckets struct {
	size Bucket
	held *lru.Cache[string, *rate.Limiter]
}

func newBuckets(size Bucket) *buckets {
	held, err := lru.New[string, *rate.Limiter](maxCallers)
	if err != nil {
		panic(err) // the size is a constant above 0
	}
	return &buckets{size: size, held: held}
}

// take takes that much out of a caller's bucket now. If there is not enough it takes nothing, and
// returns how long it lasts until there is.
func (b *buckets) take(caller string, much int, now time.Time) (wait time.Duration) {
	if b.size == (Bucket{}) {
		return 0
	}
	one, ok := b.held.Get(caller)
	if !ok {
		one = rate.NewLimiter(rate.Limit(b.size.PerSecond), b.size.Burst)
		if before, raced, _ := b.held.PeekOrAdd(caller, one); raced {
			one = before
		}
	}
	r := one.ReserveN(now, much)
	wait = r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// giveBack puts back what was taken for nothing.
func (b *buckets) giveBack(caller string, much int, now time.Time) { b.take(caller, -much, now) }

// wait returns how long it lasts until there is that much in a caller's bucket, or as much as it holds.
func (b *buckets) wait(caller string, much int, now time.Time) time.Duration {
	one, ok := b.held.Peek(caller)
	if !ok {
		return 0
	}
	missing := float64(min(much, b.size.Burst)) - one.TokensAt(now)
	return max(0, time.Duration(missing/b.size.PerSecond*float64(time.Second)))
}

// network is what counts as one address: of IPv6, a household has a whole /64.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || !ip.Is6() || ip.Is4In6() {
		return address
	}
	prefix, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}

// comeBack is a wait in whole seconds, of which there is always one.
func comeBack(wait time.Duration) int { return max(1, int(math.Ceil(wait.Seconds()))) }

// tooMany says that somebody asks for too much, and when to come back.
func tooMany(w http.ResponseWriter, wait time.Duration) *models.Error {
	seconds := comeBack(wait)
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return &models.Error{
		Fault: models.FaultRateLimited, Code: "rate-limited", Title: "Too many requests",
		Fix: fmt.Sprintf("come back in %d s", seconds),
	}
}

// failed counts a request without a valid credential. Once there were too many, its answer no
// longer tells what was wrong with it.
func (a *API) failed(w http.ResponseWriter, r *http.Request, err error) error {
	if fault := models.FaultOf(err); fault != models.FaultUnauthorized && fault != models.FaultForbidden {
		return err
	}
	if wait := a.addresses.take(network(address(r)), FailureCost, time.Now()); wait > 0 {
		a.metrics.Limited("address")
		return tooMany(w, wait)
	}
	return err
}

// mayGoOn counts a request of a member.
func (a *API) mayGoOn(w http.ResponseWriter, id models.MemberID) error {
	if wait := a.members.take(string(id), 1, time.Now()); wait > 0 {
		a.metrics.Limited("member")
		return tooMany(w, wait)
	}
	return nil
}

// mayActivate counts an activation with a credential, before anybody looks whether it is valid. On
// the way out, a LocalStack client understands nothing but its own error body.
func (a *API) mayActivate(w http.ResponseWriter, secret models.Secret) bool {
	// The seed lives as long as the process: what is held here leads back to no value.
	caller := strconv.FormatUint(maphash.String(a.seed, secret.Digest()), 36)
	wait := a.credentials.take(caller, 1, time.Now())
	if wait > 0 {
		a.metrics.Limited("credential")
		a.slowDown(w, wait)
	}
	return wait == 0
}

// unknown counts an activation with a value that nobody has, and reports whether it may be told so.
func (a *API) unknown(w http.ResponseWriter, r *http.Request) bool {
	wait := a.addresses.take(network(address(r)), FailureCost, time.Now())
	if wait > 0 {
		a.metrics.Limited("address")
		a.slowDown(w, wait)
	}
	return wait == 0
}

func (a *API) slowDown(w http.ResponseWriter, wait time.Duration) {
	e := tooMany(w, wait)
	refuse(w, http.StatusTooManyRequests, "generic.rate_limited: "+e.Title+", "+e.Fix)
}

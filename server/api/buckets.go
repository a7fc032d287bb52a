package api

import (
	"net/netip"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// Bucket is a token bucket: it holds at most Burst, and gains PerSecond. The zero value never empties.
type Bucket struct {
	PerSecond float64
	Burst     int
}

// maxDebt is how far below nothing a bucket can go, in times of what it holds.
const maxDebt = 20

// maxCallers is how many callers of each kind are remembered: the least recent ones are forgotten
// first, and begin again with a full bucket.
const maxCallers = 50_000

// buckets are those of one kind of caller. It is safe for concurrent use.
type buckets struct {
	size Bucket
	held *lru.Cache[string, *bucket]
}

// bucket is that of one caller.
type bucket struct {
	mu   sync.Mutex
	left float64 // below 0 it is a debt
	at   time.Time
}

func newBuckets(size Bucket) *buckets { return &buckets{size: size, held: remembered[*bucket]()} }

// remembered keeps something of as many callers as are remembered.
func remembered[V any]() *lru.Cache[string, V] {
	held, err := lru.New[string, V](maxCallers)
	if err != nil {
		panic(err) // the size is a constant above 0
	}
	return held
}

// take takes that much out of a caller's bucket now. If there is not enough it takes nothing, and
// returns how long it lasts until there is.
func (b *buckets) take(caller string, much int, now time.Time) (wait time.Duration) {
	b.with(caller, now, func(one *bucket) {
		if wait = b.until(one, much); wait == 0 {
			one.left -= float64(much)
		}
	})
	return wait
}

// charge takes that much for what has been done already, whether or not there is enough. What is missing is a
// debt, which is bounded: everybody can ask again some day.
func (b *buckets) charge(caller string, much int, now time.Time) {
	b.with(caller, now, func(one *bucket) {
		one.left = max(one.left-float64(much), float64(-maxDebt*b.size.Burst))
	})
}

// giveBack puts back what was taken for nothing.
func (b *buckets) giveBack(caller string, much int, now time.Time) {
	b.with(caller, now, func(one *bucket) { one.left = min(one.left+float64(much), float64(b.size.Burst)) })
}

// wait returns how long it lasts until there is that much in a caller's bucket, or as much as it holds.
func (b *buckets) wait(caller string, much int, now time.Time) (wait time.Duration) {
	if !b.held.Contains(caller) {
		return 0
	}
	b.with(caller, now, func(one *bucket) { wait = b.until(one, min(much, b.size.Burst)) })
	return wait
}

// with does something to a caller's bucket as it is now.
func (b *buckets) with(caller string, now time.Time, do func(*bucket)) {
	if b.size == (Bucket{}) {
		return
	}
	one, ok := b.held.Get(caller)
	if !ok {
		one = &bucket{left: float64(b.size.Burst), at: now}
		if before, raced, _ := b.held.PeekOrAdd(caller, one); raced {
			one = before
		}
	}
	one.mu.Lock()
	defer one.mu.Unlock()
	if gone := now.Sub(one.at); gone > 0 { // two that ask at once may come in either order
		one.left = min(one.left+gone.Seconds()*b.size.PerSecond, float64(b.size.Burst))
		one.at = now
	}
	do(one)
}

// until is how long it lasts until there is that much in a bucket.
func (b *buckets) until(one *bucket, much int) time.Duration {
	missing := float64(much) - one.left
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

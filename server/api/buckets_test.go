package api

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/keyturn/proof/night"
)

// Whatever is taken and whenever, no caller gets more than the burst and what time has brought; a
// wait that was announced is long enough; and what is refused costs nothing. What is charged is paid for later, but
// no debt is larger than its bound.
func TestABucketGivesWhatItHas(t *testing.T) {
	t.Parallel()
	night.Check(t, func(t *rapid.T) {
		size := Bucket{PerSecond: float64(rapid.IntRange(1, 50).Draw(t, "rate")), Burst: rapid.IntRange(10, 100).Draw(t, "burst")}
		b := newBuckets(size)
		begin := time.Unix(1_800_000_000, 0)
		now, given := begin, 0
		for range rapid.IntRange(1, 60).Draw(t, "tries") {
			now = now.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "pause")) * time.Millisecond)
			much := rapid.SampledFrom([]int{1, FailureCost}).Draw(t, "much")
			if rapid.IntRange(0, 3).Draw(t, "charged") == 0 {
				b.charge("somebody", much, now)
				given += much
			}
			wait := b.take("somebody", much, now)
			if wait > 0 {
				if again := b.take("somebody", much, now); again != wait {
					t.Fatalf("a refusal changed the wait from %s to %s", wait, again)
				}
				now = now.Add(wait + time.Microsecond) // the announced time is rounded
				if late := b.take("somebody", much, now); late > 0 {
					t.Fatalf("after the announced %s it was refused for another %s", wait, late)
				}
			}
			given += much
			if most := float64(size.Burst) + size.PerSecond*now.Sub(begin).Seconds() + 0.01; float64(given) > most {
				t.Fatalf("%d given, where there were %.1f", given, most)
			}
		}
		if b.take("somebody else", size.Burst, now) > 0 {
			t.Fatal("somebody else found an empty bucket")
		}
	})
}

// What was taken for nothing comes back, and no more than a bucket holds.
func TestABucketTakesBack(t *testing.T) {
	t.Parallel()
	b := newBuckets(Bucket{PerSecond: 2, Burst: 30})
	now := time.Unix(1_800_000_000, 0)
	if wait := b.wait("nobody yet", 30, now); wait != 0 {
		t.Errorf("a full bucket keeps somebody waiting for %s", wait)
	}
	b.take("somebody", 30, now)
	if wait := b.wait("somebody", 10, now); wait != 5*time.Second {
		t.Errorf("the wait for 10 is %s", wait)
	}
	if wait := b.wait("somebody", 100, now); wait != 15*time.Second {
		t.Errorf("the wait for as much as there can be is %s", wait)
	}
	b.giveBack("somebody", 20, now)
	if b.take("somebody", 20, now) > 0 || b.take("somebody", 1, now) == 0 {
		t.Error("what was given back is not what can be taken again")
	}
	b.giveBack("somebody", 25, now.Add(10*time.Second)) // beside the 20 that time has brought
	if b.take("somebody", 30, now.Add(11*time.Second)) > 0 || b.take("somebody", 1, now.Add(11*time.Second)) == 0 {
		t.Error("it holds more or less than 30")
	}
}

func TestADebtIsPaidFirstAndIsBounded(t *testing.T) {
	t.Parallel()
	b := newBuckets(Bucket{PerSecond: 1, Burst: 10})
	now := time.Unix(1_800_000_000, 0)
	b.charge("somebody", 10+4, now)
	if wait := b.take("somebody", 1, now); wait != 5*time.Second {
		t.Errorf("with a debt of 4 the wait for 1 is %s", wait)
	}
	for range 100 {
		b.charge("somebody", 10, now)
	}
	if wait := b.take("somebody", 1, now); wait != (10*maxDebt+1)*time.Second {
		t.Errorf("with all debts that there can be the wait is %s", wait)
	}
}

// Every kind of failure has been decided on.
func TestEveryFailureHasAPrice(t *testing.T) {
	t.Parallel()
	for fault := range statusByFault {
		if _, ok := callersDoing[fault]; !ok {
			t.Errorf("whose doing is %s?", fault)
		}
	}
	for refusal := range licenseStatus {
		if _, ok := refusedFor[refusal]; !ok {
			t.Errorf("whose doing is %s?", refusal)
		}
	}
}

func TestANetworkIsOneAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::9": "2001:db8:1:2::/64",
		"fe80::1%eth0": "fe80::/64", "::ffff:192.0.2.7": "::ffff:192.0.2.7", "pipe": "pipe",
	} {
		if got := network(address); got != want {
			t.Errorf("%s counts as %s, want %s", address, got, want)
		}
	}
}

func TestOnlySoManyCallersAreRemembered(t *testing.T) {
	t.Parallel()
	b := newBuckets(Bucket{PerSecond: 1, Burst: 1})
	now := time.Unix(1_800_000_000, 0)
	for i := range maxCallers + 10 {
		b.take(string(rune(i)), 1, now)
	}
	if n := b.held.Len(); n != maxCallers {
		t.Errorf("%d are remembered", n)
	}
}

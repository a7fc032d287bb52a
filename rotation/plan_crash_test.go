package rotation

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
)

// Wherever the processes that run a plan die, and however late the next one goes on with it: in the end each of its
// rotations was made once, and is told as done.
func TestAPlanIsGoneOnWithHoweverLate(t *testing.T) {
	root, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		k, dir := newKeeper(), filepath.Join(root, strconv.Itoa(runs))
		p := bulk.Plan{At: k.now}
		for i := range 3 {
			id := models.CredentialID(fmt.Sprintf("crd_%d", i))
			p.Items = append(p.Items, bulk.Item{Credential: id, Request: models.RotateRequest{Credential: id, Overlap: models.DefaultOverlap, Key: fmt.Sprintf("K%d", i)}})
		}
		file := filepath.Join(dir, "plans", "a.plan")
		_, disk := process(k, dir, nil)
		if err := bulk.Write(disk, file, p); err != nil {
			t.Fatalf("%v", err)
		}
		for range rapid.IntRange(1, 4).Draw(t, "processes") {
			k.fates = rapid.SliceOfN(rapid.SampledFrom([]string{"", "", "", "request", "reply"}), 0, 6).Draw(t, "fates")
			goOn(k, dir, file, rapid.IntRange(1, 40).Draw(t, "dies at step"))
			k.now = k.now.Add(rapid.SampledFrom([]time.Duration{0, time.Minute, 12 * time.Hour, 30 * time.Hour}).Draw(t, "later"))
		}
		k.fates = nil
		for i, one := range goOn(k, dir, file, 0) {
			if one.State != bulk.Done || one.Rotation != k.of(p.Items[i].Credential)[0].ID {
				t.Fatalf("item %d is told as %+v", i, one)
			}
		}
		for _, item := range p.Items {
			if n := len(k.of(item.Credential)); n != 1 {
				t.Fatalf("%s was rotated %d times", item.Credential, n)
			}
		}
	})
}

// goOn is one process that goes on with the plan, and reaches its disk no more from that step on: what it does then
// is lost, as when it is killed.
func goOn(k *keeper, dir, file string, dies int) []bulk.Result {
	step := 0
	e, disk := process(k, dir, func(string) error {
		if step++; dies > 0 && step >= dies {
			return syscall.EIO
		}
		return nil
	})
	defer disk.Die()
	r, err := bulk.Open(disk, file)
	if err != nil {
		return nil
	}
	r.Do(context.Background(), e, bulk.Options{Parallel: 1, Now: func() time.Time { return k.now }})
	return r.Results()
}

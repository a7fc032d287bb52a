//go:build unix

package kill

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.com/keyturn/apiclient"
	"example.com/keyturn/durable"
	"example.com/keyturn/durable/durabletest"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/server/store/storetest"
)

// order is what a child process is to do. It comes on its input: it holds a token.
type order struct {
	Endpoint, Token, Dir string
	Flow                 string        // see flows; "recover" is the fresh process after the kill
	KillAt               int           // before which step; 0: never
	Delay                time.Duration // how long after it came to that step, while it goes on
	Targets              []models.CredentialID
}

// report is what a child that lives says at its end.
type report struct {
	Resumed map[models.CredentialID]string // what the service was asked for, and the outcome
	Failed  string
	Left    int // intents without a known outcome at its end
}

const childEnv = "KEYTURN_KILL_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) == "" {
		os.Exit(storetest.Ended(m.Run()))
	}
	var o order
	if err := json.NewDecoder(bufio.NewReader(os.Stdin)).Decode(&o); err != nil {
		panic(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(work(o)); err != nil {
		panic(err)
	}
}

// death counts the steps of a process, and kills it before one of them.
type death struct {
	mu    sync.Mutex
	at    int
	delay time.Duration
	step  int
	log   *os.File
}

func (d *death) before(step string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.step++
	if _, err := fmt.Fprintln(d.log, step); err != nil {
		return err
	}
	switch {
	case d.step != d.at:
	case d.delay > 0:
		time.AfterFunc(d.delay, kill)
	default:
		kill()
		select {} // it comes
	}
	return nil
}

func kill() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) }

// mortal is a client in a process that may die before the request goes out, or before its answer is heard.
type mortal struct {
	*apiclient.Client
	death *death
}

func (m mortal) Rotate(ctx context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error) {
	_ = m.death.before("send")
	r, c, err := m.Client.Rotate(ctx, req)
	_ = m.death.before("hear the answer")
	return r, c, err
}

func (m mortal) Step(ctx context.Context, req models.StepRequest) (models.Rotation, models.Credential, error) {
	_ = m.death.before("send")
	r, c, err := m.Client.Step(ctx, req)
	_ = m.death.before("hear the answer")
	return r, c, err
}

// work is the whole life of a child.
func work(o order) report {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	var told report
	client, err := apiclient.New(apiclient.Config{Endpoint: o.Endpoint, Token: models.NewSecret(o.Token)})
	if err != nil {
		return report{Failed: err.Error()}
	}
	log, err := os.OpenFile(filepath.Join(o.Dir, "steps-of-"+o.Flow), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return report{Failed: err.Error()}
	}
	d := &death{at: o.KillAt, delay: o.Delay, log: log}
	disk := &durabletest.Disk{Before: d.before}
	engine := rotation.Keeping(mortal{client, d}, o.Endpoint, journal.Open(filepath.Join(o.Dir, "intents"), disk))
	switch o.Flow {
	case "recover":
		told, err = recoverAll(ctx, o, engine, disk)
	case "bulk":
		err = runPlan(ctx, o, client, engine, disk)
	default:
		err = one(ctx, o, client, engine)
	}
	if err != nil {
		told.Failed = err.Error()
	}
	if u, err := engine.Unfinished(ctx); err == nil {
		told.Left = len(u.Mine) + len(u.Others) + len(u.Unreadable)
	}
	return told
}

func one(ctx context.Context, o order, client *apiclient.Client, engine *rotation.Engine) error {
	c, err := client.Credential(ctx, o.Targets[0])
	if err != nil {
		return err
	}
	switch step := models.RotationStep(o.Flow); step {
	case models.StepCancel, models.StepRollback:
		r := c.OpenRotation()
		if r == nil {
			return errors.New("no rotation is open")
		}
		_, _, err = engine.Step(ctx, models.StepRequest{Rotation: r.ID, Credential: c.ID, Step: step, Seen: r.Revision, Key: engine.NewKey()})
	default:
		req := models.RotateRequest{Credential: c.ID, Seen: c.Revision, Overlap: models.DefaultOverlap, Key: engine.NewKey()}
		if o.Flow == "leak" {
			req.Overlap = models.Overlap{Mode: models.OverlapNone}
		}
		_, _, err = engine.Start(ctx, req)
	}
	return err
}

func planFile(o order) string { return filepath.Join(o.Dir, "plans", "a.plan") }

func runPlan(ctx context.Context, o order, client *apiclient.Client, engine *rotation.Engine, disk durable.Disk) error {
	var p bulk.Plan
	for _, id := range o.Targets {
		c, err := client.Credential(ctx, id)
		if err != nil {
			return err
		}
		p.Items = append(p.Items, bulk.Item{Credential: id, Request: models.RotateRequest{Credential: id, Seen: c.Revision, Overlap: models.DefaultOverlap, Key: engine.NewKey()}})
	}
	if err := bulk.Write(disk, planFile(o), p); err != nil {
		return err
	}
	return goOn(ctx, o, engine, disk)
}

func goOn(ctx context.Context, o order, engine *rotation.Engine, disk durable.Disk) error {
	r, err := bulk.Open(disk, planFile(o))
	if err != nil {
		return err
	}
	ended := r.Do(ctx, engine, bulk.Options{Parallel: 1, Now: time.Now})
	var why []string
	for _, one := range r.Results() {
		if one.State != bulk.Done {
			why = append(why, fmt.Sprintf("item %d: %q %s", one.Item, one.State, one.Why))
		}
	}
	if len(why) > 0 {
		err = errors.New(strings.Join(why, ", "))
	}
	return errors.Join(err, ended.Err, r.Close())
}

// recoverAll is what the fresh process does: it goes on with the plan if there is one, and asks for
// everything that has no known outcome.
func recoverAll(ctx context.Context, o order, engine *rotation.Engine, disk durable.Disk) (report, error) {
	told := report{Resumed: map[models.CredentialID]string{}}
	if _, err := os.Stat(planFile(o)); !errors.Is(err, fs.ErrNotExist) {
		if err := goOn(ctx, o, engine, disk); err != nil {
			return told, err
		}
		for _, id := range o.Targets {
			told.Resumed[id] = string(rotation.Done)
		}
	}
	u, err := engine.Unfinished(ctx)
	if err != nil {
		return told, err
	}
	for _, found := range u.Mine {
		res, err := engine.Resume(ctx, found.Key)
		if err != nil {
			return told, err
		}
		told.Resumed[found.Credential()] = string(res.Outcome)
	}
	return told, nil
}

// intents is the journal of the dead.
func (o order) intents(t testing.TB) []fs.DirEntry {
	t.Helper()
	list, err := os.ReadDir(filepath.Join(o.Dir, "intents"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return list
}

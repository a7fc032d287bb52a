//go:build unix

package proof_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/proof/failpoint"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/proof/screen"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
)

// mortalConsole is the program itself, built once so that it dies where it is told to.
var mortalConsole = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "keyturn-mortal-")
	if err != nil {
		return "", err
	}
	builtIn = dir
	path := filepath.Join(dir, "keyturn")
	build := exec.Command("go", "build", "-tags", "failpoints", "-o", path, "example.com/keyturn")
	build.Env = append(os.Environ(), "GOFLAGS=") // as it is handed out: it starts often, and the race detector takes its time
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build keyturn: %w\n%s", err, out)
	}
	return path, nil
})

// consoleFlow is a change that somebody makes at a console.
type consoleFlow struct {
	name  string
	verb  string // the request that makes the change
	items int
	open  bool // a rotation is open before
	lines bool // in the line mode
	begin func(v *visit, t *screen.Terminal)
}

// consoleFlows are the changes of block A at the console.
var consoleFlows = []consoleFlow{
	{"rotate", "rotations", 1, false, false, func(v *visit, t *screen.Terminal) {
		v.find(t).Press("r").Dialog("Rotate", "Cancel").Press(screen.ShiftTab, screen.Enter).See("version 2, fingerprint")
	}},
	{"cancel", "cancel", 1, true, false, func(v *visit, t *screen.Terminal) {
		v.find(t).Press("z").Dialog("Cancel rotation", "[ Cancel ]").Press(screen.ShiftTab, screen.Enter).See("done: cancel")
	}},
	{"several", "rotations", 3, false, false, func(v *visit, t *screen.Terminal) {
		v.find(t).Press("a", "r").Dialog("Rotate", "3 credentials").Press(screen.ShiftTab, screen.Enter).See("rotate: 3 of 3 done")
	}},
	{"several in lines", "rotations", 3, false, true, func(v *visit, t *screen.Terminal) {
		t.See("keyturn>").Press("ci" + screen.Enter).See("sorted by name").Press("filter " + v.name + screen.Enter).See("3 of").
			Press("mark-all" + screen.Enter).See("3 rows marked").Press("rotate 1" + screen.Enter).See("Type yes to rotate").
			Press("yes" + screen.Enter).See("3 of 3 done")
	}},
	{"going on", "rotations", 3, false, false, func(v *visit, t *screen.Terminal) {
		v.goOn(t).See("rotate: 3 of 3 done")
	}},
}

// visit is one console after the other, of one user, who makes one change.
type visit struct {
	*stand
	flow    consoleFlow
	name    string // what the names of the credentials begin with
	home    string // the user's state folder
	ids     []models.CredentialID
	witness *witness
	hunt    *hunt.Hunt // of this visit
	streams []*screen.Terminal
}

// consoleKills is the service of many visits.
type consoleKills struct {
	*stand
	mu     sync.Mutex
	visits int
	killed map[string]bool
	told   tally
	hunted hunt.Hunt
}

// visit prepares what a flow is about.
func (k *consoleKills) visit(t *testing.T, flow consoleFlow) *visit {
	t.Helper()
	k.mu.Lock()
	k.visits++
	name := fmt.Sprintf("q%04dx", k.visits)
	k.mu.Unlock()
	s := *k.stand
	s.TB = t
	v := &visit{stand: &s, flow: flow, name: name, home: t.TempDir(), witness: newWitness(), hunt: hunt.For(t)}
	v.hunt.Add(s.token)
	for i := range flow.items {
		name := fmt.Sprintf("%s-%d", v.name, i)
		c := models.Credential{}
		if flow.open {
			_, c = s.rotated(name)
		} else {
			c = s.token1(name)
		}
		v.ids = append(v.ids, c.ID)
		must(t, v.witness.hold(t.Context(), s.admin, c.ID))
	}
	v.know()
	if flow.name == "going on" { // somebody was killed in the middle of a plan
		several := consoleFlows[2]
		dead := v.console(several, failpoint.At+"=send rotations #2").MayDie()
		several.begin(v, dead)
		if !dead.Killed() {
			t.Fatal("the console of the plan was not killed")
		}
	}
	return v
}

// console starts the program as the user has it, with more in its environment.
func (v *visit) console(flow consoleFlow, env ...string) *screen.Terminal {
	v.Helper()
	program, err := mortalConsole()
	must(v.TB, err)
	args := []string{}
	if flow.lines {
		args = append(args, "--accessible")
	}
	env = append(env, "NO_COLOR=1", "KEYTURN_ENDPOINT="+v.url, "KEYTURN_STATE_DIR="+v.home, "LOCALSTACK_AUTH_TOKEN="+v.token.Reveal(), "GORACE=atexit_sleep_ms=0")
	t := screen.Start(v.TB, 120, 40, env, program, args...)
	v.streams = append(v.streams, t)
	v.readable(t)
	return t
}

// know adds every value that the witness has.
func (v *visit) know() {
	know(v.hunt, v.witness)
}

// readable looks at what every process of the machine may read of a console that lives.
func (v *visit) readable(t *screen.Terminal) {
	v.Helper()
	v.hunt.InProcess(v.TB, "the console", t.PID(), "LOCALSTACK_AUTH_TOKEN") // by which the user signs in
}

// find shows nothing but what the visit is about.
func (v *visit) find(t *screen.Terminal) *screen.Terminal {
	t.See("What to do next").Press("2").See("name ↑").Press("/", v.name).See(v.name).Press(screen.Enter)
	return t.See(fmt.Sprintf("/ %s  %d of", v.name, len(v.ids)))
}

// left is what lies in the user's state folder.
func (v *visit) left() (plans, intents int) {
	v.Helper()
	list, err := bulk.NewShelf(filepath.Join(v.home, "plans"), durable.OS{}).List()
	must(v.TB, err)
	found, strange, err := journal.Open(filepath.Join(v.home, "intents"), durable.OS{}).List()
	must(v.TB, err)
	for _, s := range list {
		if s.Err != nil {
			v.Errorf("the dead console has left a plan that cannot be read: %v", s.Err)
		}
	}
	if len(strange) > 0 {
		v.Errorf("the dead console has left what cannot be read: %v", strange)
	}
	return len(list), len(found)
}

// goOn hears what was left and goes on with it at the press of a key.
func (v *visit) goOn(t *screen.Terminal) *screen.Terminal {
	if v.flow.lines {
		heard := 0
		t.See("keyturn>").Until("heard of what was left", func() bool {
			if heard++; heard%50 == 1 { // news are said at the prompt only
				t.Press(screen.Enter)
			}
			return t.Shows("Type finish to ")
		})
		return t.Press("finish" + screen.Enter).See("Type yes to ").Press("yes" + screen.Enter)
	}
	return t.See("press R to ").Press("R").Dialog("not done again", "[ Cancel ]").Press(screen.ShiftTab, screen.Enter)
}

// survive is a fresh console after a kill: it says what was left, and one key settles it.
func (v *visit) survive(passed []string, where string) {
	v.Helper()
	for _, id := range v.ids {
		must(v.TB, v.witness.hold(v.Context(), v.admin, id))
	}
	v.know()
	v.inState() // as the dead one has left it
	plans, intents := v.left()
	sent := slices.ContainsFunc(passed, func(p string) bool { return strings.HasPrefix(p, "send "+v.flow.verb) })
	struck := slices.ContainsFunc(passed, func(p string) bool { return strings.HasPrefix(p, "intents: remove") })
	if sent && !struck && plans+intents == 0 {
		v.Errorf("%s: it was sent, and nothing says so", where)
	}
	fresh := v.console(v.flow)
	if plans+intents > 0 {
		v.goOn(fresh).Until("came to an end", func() bool {
			plans, intents := v.left()
			return plans+intents == 0
		})
		fresh.See(map[bool]string{true: "rotate: 3 of 3 done", false: "done: "}[v.flow.items == 3])
	} else if !v.flow.lines {
		fresh.See("What to do next").Press("R").See("nothing of yours was left unfinished")
		if fresh.Shows("half done") || fresh.Shows("no known outcome") {
			v.Errorf("%s: it says that something is left", where)
		}
	}
	for _, id := range v.ids {
		list, err := v.admin.Rotations(v.Context(), id)
		must(v.TB, err)
		done := len(list) == 1
		if v.flow.open {
			done = list[0].State == models.RotationCancelled
		}
		if want := plans+intents > 0 || sent; done != want {
			v.Errorf("%s: done is %v, with %d plans and %d intents left, and sent is %v", where, done, plans, intents, sent)
		}
		v.holds(v.witness, id)
	}
	v.know()
	v.look()
}

// look hunts where a console leaves something: its screen, its folder, what everybody may read of it.
func (v *visit) look() {
	v.Helper()
	for _, t := range v.streams {
		if !t.Ended() {
			v.readable(t)
		}
		v.hunt.In(v.TB, "the stream of the pseudo-terminal", []byte(t.Said()))
	}
	v.inState()
}

// inState hunts in the user's state folder: intents, plans, what was seen of the history.
func (v *visit) inState() {
	v.Helper()
	must(v.TB, filepath.WalkDir(v.home, func(name string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var text []byte
			text, err = os.ReadFile(name)
			v.hunt.In(v.TB, "the state folder: "+filepath.Base(filepath.Dir(name)), text)
		}
		if errors.Is(err, fs.ErrNotExist) { // a console that lives has done with it
			return nil
		}
		return err
	}))
}

// live makes a change at a console that does not die, and returns the points that it passed.
func (k *consoleKills) live(t *testing.T, flow consoleFlow) []string {
	v := k.visit(t, flow)
	log := filepath.Join(t.TempDir(), "points")
	flow.begin(v, v.console(flow, failpoint.Log+"="+log))
	v.Poll("nothing left", func() bool { plans, intents := v.left(); return plans+intents == 0 })
	v.look()
	return lines(t, log)
}

// Poll waits until something holds.
func (v *visit) Poll(what string, holds func() bool) {
	v.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			v.Fatalf("never %s", what)
		}
	}
}

func lines(t testing.TB, name string) []string {
	t.Helper()
	text, err := os.ReadFile(name)
	must(t, err)
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// die makes a change at a console that is killed at a point, and has a fresh one settle it.
func (k *consoleKills) die(t *testing.T, flow consoleFlow, point string) {
	v := k.visit(t, flow)
	log := filepath.Join(t.TempDir(), "points")
	dead := v.console(flow, failpoint.Log+"="+log, failpoint.At+"="+point).MayDie()
	flow.begin(v, dead)
	if !dead.EndsWithin(2*time.Second) && (flow.name == "going on" || !strings.HasSuffix(point, " #1")) {
		k.told.add("alive") // whether a flow comes to a point again, or at all, depends on what others had begun before
		return
	}
	if !dead.Killed() {
		t.Fatalf("%s: it was not killed at %s", flow.name, point)
	}
	v.survive(lines(t, log), flow.name+", killed at "+point)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.killed[point] = true
	k.told.add(flow.name)
	k.hunted.Merge(v.hunt)
}

// leastConsolePoints is how many points a console is killed at, by name.
const leastConsolePoints = 24

// atATime is how many consoles are killed side by side: they wait most of the time.
const atATime = 6

// Block A at the screen: the program itself runs on a pseudo-terminal, somebody presses keys, and it is killed
// at each point. The next console says what is left, one key settles it, and the witness finds nothing wrong.
func TestTheConsoleIsKilledAtAnyPoint(t *testing.T) {
	if _, err := mortalConsole(); err != nil {
		t.Fatal(err)
	}
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			k := &consoleKills{killed: map[string]bool{}}
			for seed := range night.Seeds(t) {
				t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { k.round(t, database) })
			}
			t.Logf("block A at the screen, on %s: %d deaths with %d seeds at %d points in %d flows: %s",
				database, k.told.total(), night.Seeds(t), len(k.killed), len(consoleFlows), &k.told)
			t.Logf("block I at the screen, on %s: %s", database, &k.hunted)
			if alive := k.told.of("alive"); alive > k.told.total()/20 {
				t.Errorf("%d of %d were not killed", alive, k.told.total())
			}
		})
	}
}

// round kills a console at each point of each flow; with a single seed at each name once. What a seed decides
// is when the consoles beside each other come to their points: many of them share the machine and the service.
func (k *consoleKills) round(t *testing.T, database string) {
	k.stand = start(t, database)
	var all []death
	for _, flow := range consoleFlows {
		t.Run("alive: "+flow.name, func(t *testing.T) {
			for _, point := range k.live(t, flow) {
				all = append(all, death{flow, point})
			}
		})
	}
	deaths, names := all, eachName(all)
	if night.Seeds(t) == 1 {
		deaths = names
	}
	queue := make(chan death)
	var workers sync.WaitGroup
	for range atATime {
		workers.Go(func() {
			for d := range queue {
				t.Run(d.flow.name+": "+d.point, func(t *testing.T) { k.die(t, d.flow, d.point) })
			}
		})
	}
	for _, d := range deaths {
		queue <- d
	}
	close(queue)
	workers.Wait()
	k.hunted.In(t, "the log of the service", k.log.bytes())
	if _, err := chained(t.Context(), k.admin, models.EventHead{}); err != nil {
		t.Error(err)
	}
	if len(names) < leastConsolePoints && !t.Failed() {
		t.Errorf("only %d points have a name of their own: %v", len(names), names)
	}
}

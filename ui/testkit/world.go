package testkit

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/keyturn/chain"
	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/ui/kit"
)

// Endpoint is where the service of a story says it is.
const Endpoint = "https://keys.example.com"

// longestWait is more than any request of the console may take, long polls included.
const longestWait = 60 * time.Second

// World is the workspace service, the clipboard and the rest of the outside of one story. Reading
// lists is free. Everything that changes something, reads a secret or touches the clipboard must
// have been expected, and what was expected must happen. It is safe for concurrent use.
type World struct {
	t        testing.TB
	mu       sync.Mutex
	over     chan struct{}
	space    models.Workspace
	shared   []models.Credential // CI tokens and legacy keys
	members  []models.Member
	events   []models.Event // the newest last
	watch    *chain.Watch   // nil: nobody remembers histories
	plans    kit.Plans      // in a folder of the story, unless it has another one
	shelf    *bulk.Shelf    // the same folder
	usage    map[models.CredentialID][]models.Caller
	more     map[models.CredentialID]bool // there are more callers than are named
	changes  []change
	wake     chan struct{}
	expected []string
	calls    []string
	keys     map[string][]string // idempotency keys by verb, in the order in which they came
	answered map[string]answer   // by idempotency key
	faults   map[string][]error
	lost     map[string]int
	gates    map[string]chan struct{}
	made     int // keys and ids handed out
	hunt     *hunt.Hunt
	held     string // digest of what the clipboard holds; empty: nothing
	ours     string // digest of the last value that keyturn put there
	delivery kit.Delivery
	disk     disk
}

// change is one entry of the log that long polls read.
type change struct {
	credential models.CredentialID
	member     models.MemberID
	workspace  bool
}

// answer is what a change was answered with, for whoever asks again with its key.
type answer struct {
	rotation   models.Rotation
	credential models.Credential
}

// NewWorld is a world outside of a story.
func NewWorld(t testing.TB, fill func(*World)) *World {
	w := newWorld(t)
	fill(w)
	return w
}

func newWorld(t testing.TB) *World {
	w := &World{
		t: t, over: make(chan struct{}), wake: make(chan struct{}),
		usage: map[models.CredentialID][]models.Caller{}, more: map[models.CredentialID]bool{}, keys: map[string][]string{}, answered: map[string]answer{},
		faults: map[string][]error{}, lost: map[string]int{}, gates: map[string]chan struct{}{}, hunt: hunt.For(t),
		delivery: kit.Delivery{Sentence: "placed on the clipboard by fakeclip", Clearable: true},
	}
	w.hunt.Watch("what the service was asked", func() []byte { return []byte(strings.Join(w.Calls(), "\n")) })
	w.KeepIn(filepath.Join(t.TempDir(), "plans"))
	return w
}

// Ports is the world as the console and the line mode reach it.
func (w *World) Ports() kit.Ports {
	return kit.Ports{
		Reader: w, Secrets: w, Changer: w, Rotator: rotator{w}, Clipboard: clipboard{w},
		Now: time.Now, Location: time.FixedZone("CET", 3600), Watch: w.compare, Plans: w.plans, Local: w.Local(journal.Open("", durable.OS{})),
		Auditor: auditor{w},
	}
}

// Remember keeps what is seen of the history there.
func (w *World) Remember(pins chain.Pins) {
	w.watch = &chain.Watch{Reader: w, Keeper: pins, Now: time.Now}
}

// KeepIn has plans kept in a folder.
func (w *World) KeepIn(dir string) {
	signedIn := rotation.Keeping(Known{w}, Endpoint, journal.Open("", durable.OS{}))
	w.shelf = bulk.NewShelf(dir, durable.OS{})
	w.plans = rotation.NewPlans(signedIn, w.shelf)
}

// Local is what was left in a journal, and where plans are kept.
func (w *World) Local(intents *journal.Journal) *rotation.Local {
	return rotation.NewLocal(intents, w.shelf)
}

func (w *World) compare(ctx context.Context, space models.Workspace) error {
	if w.watch == nil {
		return nil
	}
	return w.watch.Check(ctx, space)
}

func (w *World) close() { close(w.over) }

// settled fails the story if something that was expected has not happened.
func (w *World) settled() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.expected) > 0 {
		w.t.Errorf("this was expected and has not happened: %s", strings.Join(w.expected, "; "))
	}
}

// Expect says which calls must come. Calls that may run side by side may come in any order.
func (w *World) Expect(calls ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.expected = append(w.expected, calls...)
}

// Calls is every call but plain reading, in order.
func (w *World) Calls() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.calls)
}

// Keys is every idempotency key that calls of a verb carried.
func (w *World) Keys(verb string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.keys[verb])
}

// Fail makes the next calls of a verb fail, one error each: "rotate", "secret", "members", "changes" …
func (w *World) Fail(verb string, faults ...error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults[verb] = append(w.faults[verb], faults...)
}

// LoseReplies lets the next calls of a verb happen, but loses their answers.
func (w *World) LoseReplies(verb string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lost[verb] += n
}

// Hold keeps calls of a verb waiting until the returned function is called.
func (w *World) Hold(verb string) (release func()) {
	gate := make(chan struct{})
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gates[verb] = gate
	return func() {
		w.mu.Lock()
		if w.gates[verb] == gate {
			delete(w.gates, verb)
		}
		w.mu.Unlock()
		close(gate)
	}
}

// HoldAfter keeps answers of a verb back that have been worked out, until the returned function is
// called: they tell what was true before.
func (w *World) HoldAfter(verb string) (release func()) { return w.Hold(verb + " answer") }

// Free lets the next calls of a verb through again; those that wait go on waiting for their release.
func (w *World) Free(verb string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.gates, verb)
	delete(w.gates, verb+" answer")
}

// Deliver says how the clipboard takes values from now on.
func (w *World) Deliver(how kit.Delivery) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.delivery = how
}

// Holds reports whether this is what the clipboard holds; "" asks whether it is empty.
func (w *World) Holds(text string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if text == "" {
		return w.held == ""
	}
	return w.held == models.NewSecret(text).Digest()
}

// CopyElsewhere is another program that puts something on the clipboard.
func (w *World) CopyElsewhere(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = models.NewSecret(text).Digest()
}

// Lost is the error of a call whose outcome nobody knows.
func Lost(op string) *models.Error {
	return &models.Error{
		Fault: models.FaultUnknown, Code: "no_answer", Op: op,
		Title: "The request was sent, and no answer came", Fix: "ask the service again with the same key",
	}
}

// Unreachable is the error of a call that was surely not made.
func Unreachable() *models.Error {
	return &models.Error{
		Fault: models.FaultUnreachable, Code: "unreachable", Title: "The workspace service does not answer",
		Fix: "check that it runs",
	}
}

// enter is the door of every call: it demands a deadline, waits at the gate, and fails if the story says so.
func (w *World) enter(ctx context.Context, verb string) error {
	if deadline, ok := ctx.Deadline(); !ok {
		w.t.Errorf("%s was asked without a deadline", verb)
	} else if time.Until(deadline) > longestWait {
		w.t.Errorf("%s was asked with %s to answer", verb, time.Until(deadline))
	}
	if err := w.wait(ctx, verb); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if faults := w.faults[verb]; len(faults) > 0 {
		w.faults[verb] = faults[1:]
		return faults[0]
	}
	return nil
}

// wait stays as long as a gate is closed.
func (w *World) wait(ctx context.Context, gate string) error {
	w.mu.Lock()
	held := w.gates[gate]
	w.mu.Unlock()
	if held == nil {
		return nil
	}
	select {
	case <-held:
		return nil
	case <-ctx.Done():
		return Lost(gate)
	case <-w.over:
		return context.Canceled
	}
}

// act is enter for a call that must have been expected. Its first word is the verb.
func (w *World) act(ctx context.Context, line string) error {
	verb, _, _ := strings.Cut(line, " ")
	w.mu.Lock()
	w.calls = append(w.calls, line)
	at := slices.Index(w.expected, line)
	if at >= 0 {
		w.expected = slices.Delete(w.expected, at, at+1)
	}
	w.mu.Unlock()
	if at < 0 {
		w.t.Errorf("nobody expected the call %q", line)
	}
	return w.enter(ctx, verb)
}

// Value is the secret of a credential at a version, as the story knows it.
func Value(id models.CredentialID, version int) string {
	return "lsdemo-" + string(id) + "-version-" + strconv.Itoa(version)
}

// Leaked reports whether a text shows a value that was handed out, in any form.
func (w *World) Leaked(text string) bool { return w.hunt.Finds([]byte(text)) }

// Hunt is that of the story: for each value that is handed out.
func (w *World) Hunt() *hunt.Hunt { return w.hunt }

// Secret hands a value out.
func (w *World) Secret(ctx context.Context, id models.CredentialID, version int) (models.Secret, error) {
	line := "secret " + string(id)
	if version != 0 {
		line += fmt.Sprintf(" v%d", version)
	}
	if err := w.act(ctx, line); err != nil {
		return models.Secret{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.find(id)
	if c == nil {
		return models.Secret{}, w.missing(id)
	}
	if version == 0 {
		version = c.Newest().Version
	}
	return models.NewSecret(w.hunt.Learn(Value(id, version))), nil
}

// find returns the credential with that id; the lock must be held.
func (w *World) find(id models.CredentialID) *models.Credential {
	for i := range w.shared {
		if w.shared[i].ID == id {
			return &w.shared[i]
		}
	}
	for i := range w.members {
		if w.members[i].Token.ID == id {
			return &w.members[i].Token
		}
	}
	return nil
}

func (w *World) missing(id models.CredentialID) error {
	return &models.Error{Fault: models.FaultNotFound, Code: "not_found", Title: "There is no credential " + string(id)}
}

// clipboard is the world as the console's clipboard.
type clipboard struct{ w *World }

func (c clipboard) Copy(ctx context.Context, value models.Secret) (kit.Delivery, error) {
	if err := c.w.act(ctx, "copy"); err != nil {
		return kit.Delivery{}, err
	}
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	c.w.held = value.Digest()
	c.w.ours = c.w.held
	return c.w.delivery, nil
}

func (c clipboard) ClearIfOurs(ctx context.Context) (bool, error) {
	if err := c.w.act(ctx, "clear"); err != nil {
		return false, err
	}
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	if c.w.held != c.w.ours || !c.w.delivery.Clearable {
		return false, nil
	}
	c.w.held = ""
	return true, nil
}

package proof_test

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/anishathalye/porcupine"

	"example.com/keyturn/models"
)

// one is the sequential model of one credential: what each answer must be if requests came one after
// the other. It is written after the drawing in the design, without a look at the service. The clock
// stands, so that no grace ends by itself.
type one struct {
	revision  models.Revision
	paused    bool
	alive     uint64 // a bit for each version
	last      int    // the newest version ever made
	old, next int    // of the open or latest rotation
	state     models.RotationState
	turn      models.Revision // of that rotation
	used      bool            // its new version, ever
}

// The answers beside done.
const (
	done   = "done"
	stale  = "stale"
	isOpen = "rotation-open"
	isOver = "rotation-over"
	notNow = "rotation-step-refused"
)

// ask is what a client asks of the credential.
type ask struct {
	what    string // look, rotate, activate, pause, resume, or a step
	seen    models.Revision
	leaked  bool // rotate: without an overlap
	version int  // activate: the version shown; a step: the new version of the rotation meant
	wasOpen bool // a step: the rotation was open when it was seen
}

// told is the answer.
type told struct {
	how string // done, or the code of the refusal
	one        // look: what was seen; rotate and steps: only revisions, the state and versions
}

func (m one) bit(version int) bool { return m.alive>>version&1 == 1 }
func (m one) open() bool           { return m.state.Open() }

// newest is the version that a reader gets.
func (m one) newest() int {
	if m.bit(m.next) {
		return m.next
	}
	return m.old
}

func (m one) changed() one {
	m.revision++
	return m
}

// close ends the rotation and the version that does not survive it.
func (m one) close(state models.RotationState, dies int) one {
	m.state, m.alive = state, m.alive&^(1<<dies)
	return m
}

// does returns what the credential becomes and what must be answered.
func (m one) does(a ask) (one, string) {
	switch a.what {
	case "look":
		return m, done
	case "activate":
		return m.activate(a.version)
	case "rotate":
		return m.rotate(a)
	case "pause", "resume":
		if a.seen != m.revision {
			return m, stale
		}
		if m.paused != (a.what == "pause") {
			m.paused = !m.paused
			return m.changed(), done
		}
		return m, done
	}
	return m.step(a)
}

func (m one) activate(version int) (one, string) {
	switch {
	case !m.bit(version):
		return m, string(models.RefusedUnknown)
	case m.paused:
		return m, string(models.RefusedPaused)
	case version == m.next && m.open() && !m.used:
		m.used, m.state = true, models.RotationRetiring
		m.turn++
		return m.changed(), accepted
	}
	return m, accepted
}

func (m one) rotate(a ask) (one, string) {
	switch {
	case a.seen != m.revision:
		return m, stale
	case m.open():
		return m, isOpen
	}
	old := m.newest()
	m.last++
	m.old, m.next, m.used, m.turn, m.state = old, m.last, false, 1, models.RotationPending
	m.alive |= 1 << m.next
	if a.leaked {
		m = m.close(models.RotationDone, old)
	}
	return m.changed(), done
}

func (m one) step(a ask) (one, string) {
	pending := m.state == models.RotationPending
	switch {
	case a.version != m.next && a.wasOpen, a.version == m.next && a.seen != m.turn:
		return m, stale
	case a.version != m.next || !m.open():
		return m, isOver
	case a.what == string(models.StepConfirm) && !pending:
		return m, done
	case a.what == string(models.StepConfirm):
		m.state = models.RotationRetiring
	case a.what == string(models.StepCancel) && pending:
		m = m.close(models.RotationCancelled, m.next)
	case a.what == string(models.StepRollback) && !pending:
		m = m.close(models.RotationRolledBack, m.next)
	case a.what == string(models.StepEnd):
		m = m.close(models.RotationDone, m.old)
	default:
		return m, notNow
	}
	m.turn++
	return m.changed(), done
}

// matches reports whether an answer shows what the model has become.
func (m one) matches(a ask, t told) bool {
	switch {
	case t.how != done || a.what == "activate":
		return true
	case a.what == "look":
		m.used = t.used // which nobody is told of
		return m == t.one
	case a.what == "pause" || a.what == "resume":
		return m.revision == t.revision && m.paused == t.paused
	}
	return m.revision == t.revision && m.turn == t.turn && m.state == t.state && m.old == t.old && m.next == t.next
}

// oneCredential is the model for Porcupine, of a credential as it is created.
var oneCredential = porcupine.Model{
	Init: func() any { return one{revision: 1, alive: 1 << 1, last: 1, next: 1} },
	Step: func(state, input, output any) (bool, any) {
		was, a, t := state.(one), input.(ask), output.(told)
		is, how := was.does(a)
		return how == t.how && is.matches(a, t), is
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v -> %+v", input, output) },
	DescribeState:     func(state any) string { return fmt.Sprintf("%+v", state) },
}

// seen turns what a client got into what the model knows.
func seen(c models.Credential) one {
	m := one{revision: c.Revision, paused: c.State == models.Paused, last: 1, next: 1}
	for _, s := range c.Secrets {
		if s.State.Works() {
			m.alive |= 1 << s.Version
		}
	}
	if r := c.Rotation; r != nil {
		m.old, m.next, m.state, m.turn, m.used = r.OldVersion, r.NewVersion, r.State, r.Revision, !r.FirstUse.IsZero()
		m.last = r.NewVersion
	}
	return m
}

// versions lists those that worked.
func (m one) versions() []int {
	var all []int
	for rest := m.alive; rest != 0; rest &= rest - 1 {
		all = append(all, bits.TrailingZeros64(rest))
	}
	slices.Sort(all)
	return all
}

package repos

import (
	"fmt"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/bind"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/ui/words"
)

// queue is the scans that were asked for. One is under way at a time: two would only share the disk.
type queue struct {
	requests kit.Requests
	waiting  []string
	running  *scanning // nil: none is
	shown    bool      // it takes long enough to be shown
}

func (q *queue) busy() bool { return q.running != nil }

// scan asks for the scan of checkouts, one after the other. One that waits already is not asked for twice, and
// one that is not on the list any more not at all.
func (s *Screen) scan(roots []string) tea.Cmd {
	for _, root := range roots {
		again := s.queue.busy() && s.queue.running.root == root && !s.queue.running.stopped
		if !again && !slices.Contains(s.queue.waiting, root) && s.Book.Repos.Find(root) != nil {
			s.queue.waiting = append(s.queue.waiting, root)
		}
	}
	return s.next()
}

// next begins the scan that has waited longest.
func (s *Screen) next() tea.Cmd {
	q := &s.queue
	if q.busy() || len(q.waiting) == 0 || s.Ports.Auditor == nil {
		return nil
	}
	root := q.waiting[0]
	q.waiting = q.waiting[1:]
	id := q.requests.Next()
	var carryOut tea.Cmd
	q.running, carryOut = newScan(s.Ports.Auditor, id, root, s.Ports.Now())
	q.shown = false
	return tea.Batch(carryOut, beatCmd(id, patience))
}

// stop ends the scan that is under way and forgets those that wait. What was found is kept. One that does
// not end is given up when it is stopped once more: whatever it still says is late.
func (s *Screen) stop() tea.Cmd {
	q := &s.queue
	q.waiting = nil
	if !q.running.stopped {
		q.running.stop()
		return nil
	}
	q.requests.Next()
	q.running = nil
	return bind.Ask(kit.ToastMsg{Toast: kit.Toast{Level: kit.Warn, Text: "the scan was given up: what it found is lost"}})
}

// drop forgets scans of checkouts that are not on the list any more.
func (s *Screen) drop(roots []string) tea.Cmd {
	q := &s.queue
	q.waiting = slices.DeleteFunc(q.waiting, func(root string) bool { return slices.Contains(roots, root) })
	if q.busy() && slices.Contains(roots, q.running.root) {
		q.running.stop()
		q.requests.Next()
		q.running = nil
	}
	return s.next()
}

// onBeat shows how far a scan is, and looks again soon.
func (s *Screen) onBeat(msg beatMsg) tea.Cmd {
	if !s.queue.busy() || s.queue.running.id != msg.id {
		return nil
	}
	s.queue.shown = true
	return beatCmd(msg.id, beat)
}

// onScanOver hands upward what was found.
func (s *Screen) onScanOver(msg scanOverMsg) tea.Cmd {
	q := &s.queue
	if !q.busy() || q.running.id != msg.id {
		return nil
	}
	stopped := q.running.stopped
	q.running = nil
	told := kit.ScannedMsg{Root: msg.root, Report: msg.report, At: s.Ports.Now(), Stopped: stopped && msg.err != nil, Err: msg.err}
	if stopped && stoppedByUs(msg.err) {
		told.Err = nil
	}
	return tea.Batch(bind.Ask(told), bind.Ask(kit.ToastMsg{Toast: s.verdict(told)}), s.next())
}

// verdict says how a scan ended.
func (s *Screen) verdict(msg kit.ScannedMsg) kit.Toast {
	name := term.Clean((&kit.Repo{Root: msg.Root}).Name())
	counts := kit.CountFindings(msg.Report.Findings)
	switch {
	case msg.Err != nil:
		toast := kit.ErrorToast(msg.Err)
		toast.Text = name + " could not be scanned: " + term.Clean(toast.Text)
		return toast
	case msg.Stopped:
		return kit.Toast{Level: kit.Warn, Text: fmt.Sprintf("%s: stopped; found until then: %s", name, words.Found(counts))}
	}
	text := name + ": found " + words.Found(counts)
	if counts.Fixable > 0 {
		text += ", " + words.Mendable(counts)
	}
	if n := msg.Report.Stats.Failed; n > 0 {
		return kit.Toast{Level: kit.Warn, Text: text + "; " + cells.Plural(int64(n), "file") + " could not be read"}
	}
	return kit.Toast{Text: text}
}

// state says what a checkout is at now.
func (s *Screen) state(r *kit.Repo) (string, styles.Tone) {
	q := &s.queue
	switch {
	case q.busy() && q.running.root == r.Root && q.running.stopped:
		return "stopping" + s.Styles.Symbols.Ellipsis, styles.Accent
	case q.busy() && q.running.root == r.Root:
		return "scanning" + s.Styles.Symbols.Ellipsis, styles.Accent
	case slices.Contains(q.waiting, r.Root):
		return "waits for its turn", styles.Accent
	}
	return Found(r)
}

// progress is how far the scan is that takes long; "" if none does.
func (s *Screen) progress() string {
	q := &s.queue
	if !q.busy() || !q.shown {
		return ""
	}
	text := "scanning "
	if q.running.stopped {
		text = "stopping: "
	}
	elapsed := s.Ports.Now().Sub(q.running.began)
	text += term.Clean((&kit.Repo{Root: q.running.root}).Name()) + ": " + words.Reading(q.running.progress(), elapsed)
	if n := len(q.waiting); n > 0 {
		text += fmt.Sprintf(", %d waiting", n)
	}
	return text + "; esc stops"
}

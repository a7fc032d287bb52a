package plain

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/plan"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/detail"
)

// list is the list of this place once it is loaded; nil: there is none to work on.
func (s *session) list(ctx context.Context) rows {
	if !s.ready(ctx, s.place) {
		return nil
	}
	return s.here()
}

// next selects the next row, and reads it.
func (s *session) next(ctx context.Context, _ string) { s.walk(ctx, 1) }

// previous selects the row before.
func (s *session) previous(ctx context.Context, _ string) { s.walk(ctx, -1) }

func (s *session) walk(ctx context.Context, by int) {
	l := s.list(ctx)
	if l == nil {
		s.walkSteps(ctx, by)
		return
	}
	if !l.step(by) {
		s.say("There is no row further on.")
		return
	}
	s.saySelected(ctx)
}

// walkSteps goes through what is to be done next.
func (s *session) walkSteps(ctx context.Context, by int) {
	at := s.step + by
	if s.step == 0 && by < 0 {
		at = len(s.steps)
	}
	if at < 1 || at > len(s.steps) {
		s.say("There is no step further on. Type list to hear them all.")
		return
	}
	s.chooseStep(ctx, at-1)
}

func (s *session) top(ctx context.Context, _ string)    { s.edge(ctx, false) }
func (s *session) bottom(ctx context.Context, _ string) { s.edge(ctx, true) }

func (s *session) edge(ctx context.Context, last bool) {
	l := s.list(ctx)
	switch {
	case l == nil && last && len(s.steps) > 0:
		s.chooseStep(ctx, len(s.steps)-1)
	case l == nil && len(s.steps) > 0:
		s.chooseStep(ctx, 0)
	case l == nil || !l.edge(last):
		s.say("There is no row here.")
	default:
		s.saySelected(ctx)
	}
}

// filter shows only what matches; without words, everything again.
func (s *session) filter(ctx context.Context, text string) {
	l := s.list(ctx)
	if l == nil {
		return
	}
	if text == "" && l.pattern() == "" {
		s.say("No filter is set. Type filter and a few letters; a ! before them finds what does not match.")
		return
	}
	l.filter(text)
	s.readList(l)
}

// sort sorts by a column; without one it says which there are.
func (s *session) sort(ctx context.Context, column string) {
	l := s.list(ctx)
	if l == nil {
		return
	}
	if column == "" {
		s.say("The list is %s. Type sort and one of: %s.", l.sorted(), strings.Join(l.columns(), ", "))
		return
	}
	if err := l.sortBy(column); err != nil {
		s.say("The list was left as it was: %s. Type sort and one of: %s.", err, strings.Join(l.columns(), ", "))
		return
	}
	s.readList(l)
}

func (s *session) reverse(ctx context.Context, _ string) {
	if l := s.list(ctx); l != nil {
		l.reverse()
		s.readList(l)
	}
}

// mark marks or unmarks the selected row, or those with these numbers.
func (s *session) mark(ctx context.Context, numbers string) {
	l := s.list(ctx)
	if l == nil {
		return
	}
	var keys []string
	for word := range strings.FieldsSeq(strings.ReplaceAll(numbers, ",", " ")) {
		n, err := strconv.Atoi(word)
		if err != nil || s.heard == nil || n < 1 || n > len(s.heard.keys) {
			s.say("There is no row %s in the list that was read. Nothing was marked.", word)
			return
		}
		keys = append(keys, s.heard.keys[n-1])
	}
	if r, ok := l.chosen(); ok && numbers == "" {
		keys = []string{r.key}
	}
	if len(keys) == 0 {
		s.say("Nothing is selected: type a number of the list first, or mark 3 5.")
		return
	}
	for _, key := range slices.Compact(keys) {
		l.toggle(key)
	}
	s.marked(ctx, "")
}

func (s *session) markAll(ctx context.Context, _ string) {
	l := s.list(ctx)
	if l == nil {
		return
	}
	if n := l.markAll(); n > 0 {
		s.say("%s marked: every one that the filter leaves.", cells.Plural(int64(n), "row"))
		return
	}
	s.say("No row is marked any more.")
}

// marked reads what is marked.
func (s *session) marked(ctx context.Context, _ string) {
	l := s.list(ctx)
	if l == nil {
		s.say("Nothing can be marked in the overview.")
		return
	}
	list := l.marks()
	if len(list) == 0 {
		s.say("No row is marked.")
		return
	}
	s.say("%s marked:", cells.Plural(int64(len(list)), "row"))
	for i, r := range list {
		if i == pageSize {
			s.say("and %d more.", len(list)-i)
			return
		}
		s.say("%s", r.sentence)
	}
}

// back takes away what was set last: the filter, then what limits the list, then the marks.
func (s *session) back(ctx context.Context, _ string) {
	l := s.list(ctx)
	switch {
	case l == nil:
		s.say("There is nothing to leave here.")
	case l.pattern() != "":
		l.filter("")
		s.readList(l)
	case l.restricted() != "":
		l.restrict(nil, "")
		s.readList(l)
	case len(l.marks()) > 0:
		l.clearMarks()
		s.say("No row is marked any more.")
	case s.leaveFindings():
		s.readList(l)
	default:
		s.say("There is nothing to leave here: no filter, no marks.")
	}
}

// detail says everything about the selected row, a fact a line.
func (s *session) detail(ctx context.Context, _ string) {
	if s.list(ctx) == nil {
		return
	}
	r, ok := s.selected()
	if !ok {
		s.saySelected(ctx)
		return
	}
	s.learnRight(ctx)
	usage := detail.Usage{State: detail.UsageKnown}
	if r.callers && r.credential != nil {
		known, err := s.usageOf(ctx, r.credential.ID)
		usage.Callers, usage.Truncated = known.Callers, known.Truncated
		if err != nil {
			usage = detail.Usage{State: detail.UsageFailed, Problem: err.Error()}
		}
	}
	page := &detail.Page{Styles: s.Styles, Clock: s.Clock(), Spoken: true}
	r.detail(page, usage)
	s.say("Everything about %s:", r.name)
	s.sayAll(page.Lines())
}

// usageOf asks who uses a credential.
func (s *session) usageOf(ctx context.Context, id models.CredentialID) (plan.Usage, error) {
	var usage plan.Usage
	err := s.await(ctx, func(ctx context.Context) (err error) {
		usage.Callers, usage.Truncated, err = s.Ports.Reader.Usage(ctx, id)
		return err
	})
	usage.Known = err == nil
	return usage, err
}

// readMessages reads what was said in this session again, the newest first.
func (s *session) readMessages(context.Context, string) {
	list := slices.Clone(s.messages)
	slices.Reverse(list)
	if len(list) == 0 {
		s.say("There have been no messages.")
	}
	s.hear(&numbered{
		size: len(list),
		line: func(at int) string { return s.sayMessage(list[at]) },
		pick: func(_ context.Context, at int) { s.say("%s", s.sayMessage(list[at])) },
	})
}

func (s *session) sayMessage(t kit.Toast) string {
	text := t.At.In(s.zone()).Format("15:04:05") + ": " + t.Text
	if t.Fix != "" {
		text += " What to do: " + t.Fix
	}
	return text
}

func (s *session) chooseStep(_ context.Context, at int) {
	s.step = at + 1
	s.say("%d of %d: %s. Type next-step to go there.", s.step, len(s.steps), sayStep(s.steps[at]))
}

// nextStep goes to where the selected step is done, with exactly its rows.
func (s *session) nextStep(ctx context.Context, _ string) {
	if !s.settled(ctx) {
		return
	}
	if s.todo == nil || len(s.steps) == 0 {
		s.readSteps()
	}
	if len(s.steps) == 0 {
		return
	}
	step := s.steps[max(0, s.step-1)]
	first, ok := s.todo.First(step.Group)
	if !ok {
		return
	}
	s.place = first.Scope
	s.leaveFindings()
	l := s.here()
	l.filter("")
	l.restrict(s.todo.Rows(step.Group, first.Scope), step.Text())
	l.take(first.Row)
	s.readList(l)
	s.saySelected(ctx)
}

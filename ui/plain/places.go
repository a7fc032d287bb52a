package plain

import (
	"context"
	"slices"
	"strings"

	"example.com/keyturn/actions"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/todo"
	"example.com/keyturn/ui/words"
)

// greet says where the user is, and what there is.
func (s *session) greet(ctx context.Context) {
	s.say("keyturn, line mode.")
	s.waitFor(ctx, func() bool { return s.Book.HasSpace })
	if !s.Book.HasSpace {
		s.sayOffline()
		s.say("Type refresh to ask again, help to hear what can be done, quit to leave.")
		return
	}
	w := s.Book.Workspace
	s.say("Workspace %s. %s.", words.Short(w.Name), s.signedIn())
	s.greetWithLeft(ctx)
	s.sayAll(s.standing())
	s.readPlaces(ctx, "")
	s.say("You are in the overview. Type a number or a word, such as ci. Type help to hear what can be done, quit to leave.")
}

// signedIn says who the user is here.
func (s *session) signedIn() string {
	who := s.Book.Workspace.Caller
	text := "You are signed in as " + words.Short(who.Name) + ", " + string(who.Role)
	if s.Book.ReadOnly {
		text += ", read only: nothing can be changed"
	}
	return text
}

// standing says where the workspace stands.
func (s *session) standing() []string {
	w, clock := s.Book.Workspace, s.Clock()
	sunset, _ := words.Sunset(w.Sunset, clock)
	downtime, _ := words.Downtime(w.Sunset, clock)
	left, _ := words.LegacyLeft(w.Counts)
	open, _ := words.Rotations(w.Counts.OpenRotations)
	return []string{
		"Sunset: " + sunset + ".",
		"Downtime: " + downtime + ".",
		"Legacy keys: " + left + ".",
		"Migration: " + words.Migration(w.Counts) + ".",
		"Rotations: " + open + ".",
		"Workspace: " + words.Size(w.Counts) + ".",
	}
}

func (s *session) placeName(place actions.Scope) string { return string(place) }

// readPlaces reads where the user can go; a number goes there.
func (s *session) readPlaces(_ context.Context, _ string) {
	s.hear(&numbered{
		size: len(places),
		line: func(at int) string { return sentence(s.placeName(places[at]), s.howMany(places[at])) },
		pick: func(ctx context.Context, at int) { s.goTo(ctx, places[at]) },
	})
}

// howMany says how much there is at a place, as the service counts it.
func (s *session) howMany(place actions.Scope) string {
	n := s.Book.Workspace.Counts
	switch place {
	case actions.Overview:
		return "what to do next"
	case actions.CITokens:
		return cells.Count(int64(n.CITokens))
	case actions.Members:
		return cells.Count(int64(n.Members))
	case actions.Legacy:
		return cells.Count(int64(n.Legacy()))
	case actions.Repositories:
		return cells.Count(int64(len(s.Book.Repos.All()))) + " on the list"
	}
	return "who did what"
}

// goTo goes to a place and reads it.
func (s *session) goTo(ctx context.Context, place actions.Scope) {
	if !s.ready(ctx, place) {
		return
	}
	if place == actions.Activity && !s.loadEvents(ctx) {
		return
	}
	s.place = place
	s.read20(ctx, "")
}

func (s *session) goOn(ctx context.Context, by int) {
	at := slices.Index(places, s.place)
	s.goTo(ctx, places[(at+by+len(places))%len(places)])
}

// read20 reads this place from its beginning.
func (s *session) read20(ctx context.Context, _ string) {
	if !s.ready(ctx, s.place) {
		return
	}
	if l := s.here(); l != nil {
		s.readList(l)
		return
	}
	s.lookAgain(ctx)
	s.readSteps()
}

func (s *session) readList(l rows) {
	s.sayAll(l.heading())
	n := l.open()
	if s.place == actions.Activity {
		n.older = s.olderEvents(n)
	}
	s.hear(n)
}

// readSteps reads where the workspace stands and what should be done next.
func (s *session) readSteps() {
	s.todo = todo.Of(s.Book, s.Clock().Now)
	s.steps, s.step = s.todo.Steps(), 0
	s.say("Overview of %s.", words.Short(s.Book.Workspace.Name))
	s.sayLeft()
	s.sayAll(s.standing())
	if len(s.steps) == 0 {
		s.say("What to do next: nothing.")
	} else {
		s.say("What to do next: %s.", cells.Plural(int64(len(s.steps)), "step"))
	}
	steps := s.steps
	s.hear(&numbered{
		size: len(steps),
		line: func(at int) string { return sayStep(steps[at]) },
		pick: s.chooseStep,
	})
}

func sayStep(step todo.Step) string {
	return cells.Severity(step.Severity).Text + ": " + sentence(step.Text(), step.Effect())
}

// where says where the user is.
func (s *session) where(_ context.Context, _ string) {
	s.say("You are in the %s.", s.placeName(s.place))
	if l := s.here(); l != nil && s.Book.HasSpace {
		s.sayAll(l.heading())
		if r, ok := l.chosen(); ok {
			s.say("Selected: %d of %d: %s.", r.number, r.of, r.sentence)
		} else {
			s.say("Nothing is selected.")
		}
		if marked := l.marks(); len(marked) > 0 {
			s.say("Marked: %s.", cells.Plural(int64(len(marked)), "row"))
		}
	}
	if s.Book.HasSpace {
		s.say("%s, in %s.", s.signedIn(), words.Short(s.Book.Workspace.Name))
	}
	if s.Book.Online {
		s.say("The service answers.")
		return
	}
	s.say("The service has not answered since %s.", s.Clock().Stamp(s.Book.Since))
}

// refresh asks the service for everything again.
func (s *session) refresh(ctx context.Context, _ string) {
	s.Book.Loading, s.Book.Loaded, s.Book.Online = true, 0, true
	s.follower.refresh()
	if s.settled(ctx) && s.Book.Online && !s.Book.Loading {
		s.say("Everything is loaded anew: %s.", strings.Join([]string{words.Size(s.Book.Workspace.Counts), cells.Plural(int64(s.Book.Workspace.Counts.Legacy()), "legacy key")}, ", "))
	}
}

package screens_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

// past is a history that the fake service serves by pages, as the contract says: the newest first.
type past struct {
	events []models.Event // the oldest first
	size   int
}

func (p *past) happen(n int) {
	for range n {
		seq := int64(len(p.events) + 1)
		p.events = append(p.events, models.Event{Seq: seq, At: now.Add(time.Duration(seq) * time.Second), Actor: fmt.Sprintf("actor-%d", seq), Action: models.EventPaused, Name: fmt.Sprintf("token-%d", seq)})
	}
}

func (p *past) page(f models.EventFilter, page models.Page) (models.EventPage, error) {
	upTo := int64(len(p.events))
	if page.Cursor != "" {
		if _, err := fmt.Sscan(page.Cursor, &upTo); err != nil {
			return models.EventPage{}, err
		}
	}
	var out models.EventPage
	for seq := upTo; seq > f.After; seq-- {
		if len(out.Items) == p.size {
			out.Next = fmt.Sprint(seq)
			break
		}
		out.Items = append(out.Items, p.events[seq-1])
	}
	return out, nil
}

func activity(t *testing.T, events, pageSize int) (*console, *past) {
	c := openWith(t, loaded(), actions.Activity)
	p := &past{size: pageSize}
	p.happen(events)
	c.reader.events = p.page
	c.run(c.at.Init())
	return c, p
}

func TestTheHistoryComesByPagesAsOneReadsOn(t *testing.T) {
	c, _ := activity(t, 25, 10)
	if got := c.at.Status(); got != "10" {
		t.Fatalf("the status is %q", got)
	}
	if !strings.Contains(c.selected(), "actor-25") {
		t.Errorf("the newest does not stand first: %q", c.selected())
	}
	c.press("G")
	if got := c.at.Status(); got != "20" || !strings.Contains(c.selected(), "actor-16") {
		t.Errorf("after the end was reached: %q, on %q", got, c.selected())
	}
	c.press("G", "down", "down")
	if got := c.at.Status(); got != "25" {
		t.Errorf("after the end was reached again: %q", got)
	}
	asked := len(c.reader.asked)
	c.press("G", "down", "pgdown")
	if len(c.reader.asked) != asked {
		t.Errorf("asked for more than there is: %v", c.reader.asked[asked:])
	}
}

func TestTheEndOfAFilteredHistoryAsksForMoreToo(t *testing.T) {
	c, _ := activity(t, 25, 10)
	c.press("/").typeText("token-17").press("enter")
	if got := c.at.Status(); got != "1 of 10" {
		t.Fatalf("the status is %q", got)
	}
	c.press("down")
	if got := c.at.Status(); got != "1 of 20" {
		t.Errorf("the status is %q", got)
	}
}

func TestNewEventsComeAndTheCursorStays(t *testing.T) {
	c, p := activity(t, 5, 10)
	c.press("down")
	p.happen(25) // more than two pages
	c.send(kit.EventsMayHaveComeMsg{})
	if !strings.Contains(c.selected(), "actor-4") {
		t.Errorf("the cursor is on %q", c.selected())
	}
	if got := c.at.Status(); got != "30" {
		t.Errorf("the status is %q", got)
	}
	if want := []string{`events after 5 at ""`, `events after 5 at "20"`, `events after 5 at "10"`}; !slices.Equal(c.reader.asked[1:], want) {
		t.Errorf("asked %q, want %q", c.reader.asked[1:], want)
	}
	c.press("g")
	if !strings.Contains(c.selected(), "actor-30") {
		t.Errorf("the newest is %q", c.selected())
	}
}

func TestEventsThatComeWhileAskingAreAskedForAfterwards(t *testing.T) {
	c, p := activity(t, 5, 10)
	p.happen(1)
	c.hold = true
	c.send(kit.EventsMayHaveComeMsg{}).send(kit.EventsMayHaveComeMsg{}).send(kit.EventsMayHaveComeMsg{})
	if n := len(c.held); n != 1 {
		t.Fatalf("%d questions are under way", n)
	}
	c.release()
	p.happen(1)
	if want := []string{`events after 5 at ""`, `events after 6 at ""`}; !slices.Equal(c.reader.asked[1:], want) {
		t.Errorf("asked %q, want %q", c.reader.asked[1:], want)
	}
}

func TestTheVeryFirstEventIsNotMissed(t *testing.T) {
	c, p := activity(t, 0, 10)
	c.see("Nothing has happened yet.")
	p.happen(1)
	c.send(kit.EventsMayHaveComeMsg{}).see("actor-1").press("down").see("actor-1")
}

func TestAFailureLeavesNoHoleInTheHistory(t *testing.T) {
	c, p := activity(t, 5, 10)
	p.happen(15)
	broken := true
	c.reader.events = func(f models.EventFilter, page models.Page) (models.EventPage, error) {
		if broken && page.Cursor != "" {
			return models.EventPage{}, errors.New("the service does not answer")
		}
		return p.page(f, page)
	}
	c.send(kit.EventsMayHaveComeMsg{}).see("events could not be loaded: the service does not answer; ctrl+r asks again")
	if got := c.at.Status(); got != "5" {
		t.Errorf("half of a burst was taken over: %q", got)
	}
	broken = false
	c.send(kit.BookChangedMsg{All: true}).dontSee("could not be loaded")
	if got := c.at.Status(); got != "20" {
		t.Errorf("the status is %q", got)
	}
}

func TestTheFirstPageCanBeAskedForAgain(t *testing.T) {
	c := openWith(t, loaded(), actions.Activity)
	c.reader.events = func(models.EventFilter, models.Page) (models.EventPage, error) {
		return models.EventPage{}, errors.New("refused")
	}
	c.see("loading…")
	c.run(c.at.Init())
	c.see("events could not be loaded: refused").dontSee("loading…")
	p := &past{size: 10}
	p.happen(3)
	c.reader.events = p.page
	c.send(kit.BookChangedMsg{All: true}).see("actor-3").dontSee("refused")
}

func TestTheDetailOfAnEventHasEveryFact(t *testing.T) {
	c := everything(t, actions.Activity)
	c.press("down", "enter").see("2026-11-23 14:04 CET, 13:04 UTC", "Ada Admin", "mem_admin", "started to rotate", "e2e", "crd_e2e", "rot_1", "192.0.2.7", "rotation.started")
	c.press("i").asks(kit.CopyTextMsg{Text: "crd_e2e", What: "the id of Ada Admin started to rotate e2e"})
}

package plain

import (
	"context"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

// clearAfter is how long a secret stays in the clipboard, and clearWithin how long clearing it may take.
const (
	clearAfter  = 45 * time.Second
	clearWithin = 2 * time.Second
)

// copied is what is known of the clipboard.
type copied struct {
	secret bool // it may hold a secret that we put there and can take back
	timer  *time.Timer
	serial kit.Requests
}

// noClipboard stands where there is none.
type noClipboard struct{}

// Copy fails.
func (noClipboard) Copy(context.Context, models.Secret) (kit.Delivery, error) {
	return kit.Delivery{}, &models.Error{
		Fault: models.FaultInternal, Code: "no-clipboard", Title: "There is no clipboard here", Fix: "type reveal, which asks first",
	}
}

// ClearIfOurs has nothing to clear.
func (noClipboard) ClearIfOurs(context.Context) (bool, error) { return false, nil }

// delivered tells the way that a value went, and sees to it that a secret is taken back.
func (s *session) delivered(what string, d kit.Delivery, secret bool) {
	if s.clipboard.timer != nil {
		s.clipboard.timer.Stop() // what was copied before is beyond our reach
	}
	id := s.clipboard.serial.Next()
	s.clipboard.secret = secret && d.Clearable
	told := kit.Toast{Text: what + ": " + d.Sentence + "."}
	switch {
	case s.clipboard.secret:
		told.Text += " The clipboard is cleared after 45 seconds, if it still holds it."
		s.clipboard.timer = time.AfterFunc(clearAfter, func() { s.post(func() { s.clearLater(id) }) })
	case secret:
		told.Fix = "clear your clipboard yourself: it cannot be read back from here"
	}
	s.tell(told)
}

// clearLater takes the last copied secret back; after a newer copy its own clearing comes later.
func (s *session) clearLater(id kit.ReqID) {
	if s.clipboard.serial.Wanted(id) {
		s.news.put("clipboard", s.clear())
	}
}

// clear takes a secret back, and says how that went.
func (s *session) clear() string {
	s.clipboard.secret = false
	ctx, cancel := context.WithTimeout(context.Background(), clearWithin)
	defer cancel()
	cleared, err := s.Ports.Clipboard.ClearIfOurs(ctx)
	switch {
	case err != nil:
		return "The clipboard could not be cleared: " + err.Error() + ". Clear it yourself."
	case cleared:
		return "The clipboard was cleared."
	}
	return "The clipboard was left alone: it holds something else."
}

// clearOnQuit leaves no secret behind.
func (s *session) clearOnQuit() {
	if s.clipboard.timer != nil {
		s.clipboard.timer.Stop()
	}
	if s.clipboard.secret {
		s.say("%s", s.clear())
	}
}

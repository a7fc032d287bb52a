package rotation

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
)

// lossy is a service that keeps keys as the real one does, and loses what its schedule says.
type lossy struct {
	schedule []string // "request", "reply" or "" per call; then everything arrives
	done     map[string]int
	calls    int
}

func (s *lossy) Rotate(_ context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error) {
	fate := ""
	if s.calls < len(s.schedule) {
		fate = s.schedule[s.calls]
	}
	s.calls++
	if fate == "request" {
		return models.Rotation{}, models.Credential{}, &models.Error{Fault: models.FaultUnreachable}
	}
	if s.done[req.Key] == 0 {
		s.done[req.Key]++
	}
	if fate == "reply" {
		return models.Rotation{}, models.Credential{}, &models.Error{Fault: models.FaultUnknown}
	}
	return models.Rotation{ID: "r1"}, models.Credential{}, nil
}

func (s *lossy) Step(context.Context, models.StepRequest) (models.Rotation, models.Credential, error) {
	return models.Rotation{}, models.Credential{}, &models.Error{Fault: models.FaultConflict, Code: "rotation-over"}
}

func TestALostReplyIsAskedForAgainWithTheSameKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &lossy{schedule: []string{"reply", "request", "reply"}, done: map[string]int{}}
		r, _, err := New(service).Start(t.Context(), models.RotateRequest{Key: "k1"})
		if err != nil || r.ID != "r1" || service.done["k1"] != 1 {
			t.Fatalf("got %v, %v; done %v", r.ID, err, service.done)
		}
	})
}

func TestWhatStaysUnknownIsCalledUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &lossy{schedule: []string{"reply", "request", "request", "request"}, done: map[string]int{}}
		_, _, err := New(service).Start(t.Context(), models.RotateRequest{Key: "k1"})
		if models.FaultOf(err) != models.FaultUnknown || models.FixOf(err) == "" {
			t.Fatalf("after a lost reply the outcome is unknown even if the service is gone later: %v", err)
		}
		service = &lossy{schedule: []string{"request", "request", "request", "request"}, done: map[string]int{}}
		_, _, err = New(service).Start(t.Context(), models.RotateRequest{Key: "k2"})
		if models.FaultOf(err) != models.FaultUnreachable || service.calls != tries {
			t.Fatalf("nothing was ever sent: %v after %d calls", err, service.calls)
		}
	})
}

func TestAnAnswerIsAnAnswer(t *testing.T) {
	_, _, err := New(&lossy{}).Step(t.Context(), models.StepRequest{Key: "k1"})
	var e *models.Error
	if !errors.As(err, &e) || e.Code != "rotation-over" {
		t.Fatalf("a conflict must pass untouched: %v", err)
	}
}

func TestStoppingIsHeard(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	service := &lossy{schedule: []string{"reply", "reply"}, done: map[string]int{}}
	_, _, err := New(service).Start(ctx, models.RotateRequest{Key: "k1"})
	if models.FaultOf(err) != models.FaultUnknown || service.calls != 1 {
		t.Fatalf("%v after %d calls", err, service.calls)
	}
}

func TestNoScheduleOfLossesRotatesTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		service := &lossy{done: map[string]int{}}
		service.schedule = rapid.SliceOfN(rapid.SampledFrom([]string{"", "request", "reply"}), 0, 12).Draw(t, "fates")
		e := New(service)
		e.sleep = func(context.Context, time.Duration) error { return nil }
		req := models.RotateRequest{Key: e.NewKey()}
		for range 3 {
			_, _, err := e.Start(context.Background(), req)
			if models.FaultOf(err) == models.FaultUnreachable && service.done[req.Key] > 0 && service.calls <= tries {
				t.Fatalf("it was done, and the engine says that surely nothing was sent")
			}
		}
		if service.done[req.Key] > 1 {
			t.Fatalf("rotated %d times", service.done[req.Key])
		}
	})
}

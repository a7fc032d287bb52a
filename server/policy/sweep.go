package policy

import (
	"context"
	"time"

	"example.com/keyturn/models"
)

// sweepBatch is how many graces are looked up at a time.
const sweepBatch = 100

// Sweep ends every old secret whose grace is over, each in a transaction of its own, and returns
// when the next one is due; zero if none is.
func (s *Service) Sweep(ctx context.Context) (time.Time, error) {
	for {
		ended, err := s.sweepSome(ctx)
		if err != nil {
			return time.Time{}, err
		}
		if ended < sweepBatch {
			break
		}
	}
	var next time.Time
	err := s.store.Read(ctx, func(q Queries) (err error) {
		next, err = q.NextGraceEnd()
		return err
	})
	return next, err
}

func (s *Service) sweepSome(ctx context.Context) (int, error) {
	var due []models.Rotation
	err := s.store.Read(ctx, func(q Queries) (err error) {
		due, err = q.GraceEnding(s.clock(), sweepBatch)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, r := range due {
		if err := s.endGrace(ctx, r.ID); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

// endGrace looks again inside its transaction: somebody may have extended or rolled back since.
func (s *Service) endGrace(ctx context.Context, id models.RotationID) error {
	err := s.store.Write(ctx, func(w Writes) error {
		tx := s.begin(w, Caller{Principal: models.Principal{Name: "keyturn"}})
		r, err := w.Rotation(id)
		if err != nil {
			return err
		}
		next, err := r.Advance(models.StepGraceOver, models.StepInput{At: tx.now})
		if err != nil {
			return nil //nolint:nilerr // it is not due any more
		}
		c, err := w.Credential(r.Credential)
		if err != nil {
			return err
		}
		if c, _, err = tx.settle(c, r, next); err != nil {
			return err
		}
		return tx.about(c, models.EventOldEnded, "its grace is over")
	})
	if err == nil {
		s.news.tell()
	}
	return err
}

package policy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/vault"
)

// resealBatch is how many secrets are held at a time.
const resealBatch = 500

// ErrWrongKey says that the secrets of a workspace were sealed with another key.
var ErrWrongKey = errors.New("the secrets were sealed with another key")

// CheckSecrets opens every sealed secret, finds each by its look-up, and returns how many there are.
func CheckSecrets(q Queries, v *vault.Vault) (checked int, err error) {
	err = eachSealed(q, func(s SealedSecret) error {
		checked++
		return opens(v, s)
	})
	return checked, err
}

func eachSealed(q Queries, visit func(SealedSecret) error) error {
	var after SecretPlace
	for {
		some, err := q.SealedSecrets(after, resealBatch)
		if err != nil {
			return err
		}
		for _, s := range some {
			if err := visit(s); err != nil {
				return err
			}
			after = s.SecretPlace
		}
		if len(some) < resealBatch {
			return nil
		}
	}
}

func opens(v *vault.Vault, s SealedSecret) error {
	value, err := v.Open(s.Sealed, s.Credential, s.Version)
	if err != nil {
		return fmt.Errorf("version %d of %s: %w", s.Version, s.Credential, ErrWrongKey)
	}
	defer value.Wipe()
	if string(v.Lookup(value)) != string(s.Lookup) {
		return fmt.Errorf("version %d of %s is sealed, but nobody who presents it is found: the database is damaged", s.Version, s.Credential)
	}
	return nil
}

// Rekey seals every secret anew, with another key, in one transaction: at no moment do two keys matter.
// It returns how many they were; progress hears of it now and then. Doing it again changes nothing.
func Rekey(ctx context.Context, store Store, from, to *vault.Vault, now time.Time, progress func(int)) (resealed int, err error) {
	err = store.Write(ctx, func(w Writes) error {
		if err := KeyFits(w, from); err != nil {
			if errors.Is(err, ErrWrongKey) && KeyFits(w, to) == nil {
				return nil // it was cut off after this transaction
			}
			return err
		}
		if err := w.SaveKeyID(to.ID()); err != nil {
			return err
		}
		err := eachSealed(w, func(s SealedSecret) error {
			if err := reseal(w, s, from, to); err != nil {
				return err
			}
			resealed++
			if resealed%resealBatch == 0 {
				progress(resealed)
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
		return w.AddEvent(models.Event{
			At: now.UTC().Truncate(time.Millisecond), Actor: "keyturn", Action: models.EventRekeyed, Detail: fmt.Sprintf("%d secrets are sealed anew", resealed),
		})
	})
	if err != nil {
		return 0, err
	}
	return resealed, nil
}

func reseal(w Writes, s SealedSecret, from, to *vault.Vault) error {
	if err := opens(from, s); err != nil {
		return err
	}
	value, err := from.Open(s.Sealed, s.Credential, s.Version)
	if err != nil {
		return err
	}
	defer value.Wipe()
	s.Sealed, s.Lookup, s.Fingerprint = to.Seal(value, s.Credential, s.Version), to.Lookup(value), to.Fingerprint(value)
	return w.Reseal(s)
}
